package org.uitto.samples.journals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.DeleteMessagesFailure;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.RecoveryCompleted;

/** Recovers from the journal of {@code uitto.log.journal}, writes ten events, deletes all, and tells what happened. */
final class DeletingWriter extends AbstractPersistentActor {
    static final String ID = "deleting-writer";

    private static final int EVENTS = 10;

    private final List<String> replayed = new ArrayList<>();
    private final List<String> story = new ArrayList<>();
    private final CompletableFuture<List<String>> told;

    private DeletingWriter(CompletableFuture<List<String>> told) {
        this.told = told;
    }

    /** Runs one in {@code system}, and ends both. */
    static List<String> run(ActorSystem system) {
        CompletableFuture<List<String>> told = new CompletableFuture<>();
        system.actorOf(Props.create(DeletingWriter.class, () -> new DeletingWriter(told)));
        try {
            return told.orTimeout(3, TimeUnit.MINUTES).join();
        } finally {
            system.terminate();
            system.getWhenTerminated().toCompletableFuture().join();
        }
    }

    @Override
    public String persistenceId() {
        return ID;
    }

    @Override
    public String journalPluginId() {
        return getContext().getSystem().settings().config().getString("uitto.log.journal");
    }

    @Override
    public String snapshotPluginId() {
        return "pekko.persistence.no-snapshot-store";
    }

    @Override
    public Receive createReceiveRecover() {
        return receiveBuilder()
                .match(String.class, replayed::add)
                .match(RecoveryCompleted.class, completed -> write())
                .build();
    }

    private void write() {
        story.add("recovered " + lastSequenceNr() + " " + replayed);
        persistAll(Collections.nCopies(EVENTS, "event"), event -> {
            if (lastSequenceNr() % EVENTS == 0) {
                story.add("written " + lastSequenceNr());
                deleteMessages(lastSequenceNr());
            }
        });
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(DeleteMessagesSuccess.class, deleted -> {
                    story.add("deleted " + deleted.toSequenceNr());
                    told.complete(story);
                })
                .match(DeleteMessagesFailure.class, failed -> told.completeExceptionally(failed.cause()))
                .build();
    }

    @Override
    public void onRecoveryFailure(Throwable cause, scala.Option<Object> event) {
        told.completeExceptionally(cause);
    }

    @Override
    public void onPersistFailure(Throwable cause, Object event, long seqNr) {
        told.completeExceptionally(cause);
    }
}
