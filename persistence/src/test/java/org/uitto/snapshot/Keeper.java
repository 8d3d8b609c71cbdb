package org.uitto.snapshot;

import java.util.Optional;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.SaveSnapshotFailure;
import org.apache.pekko.persistence.SaveSnapshotSuccess;
import org.apache.pekko.persistence.SnapshotOffer;
import org.jspecify.annotations.Nullable;
import scala.Option;

/** A persistent actor whose state is what it was last told; tells its client of all that becomes of its snapshots. */
final class Keeper extends AbstractPersistentActor {
    private final String persistenceId;
    private final ActorRef client;
    private String state = "";
    private @Nullable String offered;

    private Keeper(String persistenceId, ActorRef client) {
        this.persistenceId = persistenceId;
        this.client = client;
    }

    /** Asks to save an object as a snapshot, at the present sequence number. */
    record Save(Object snapshot) {}

    /** What the actor has become after its recovery. */
    record Recovered(String state, Optional<String> offered) {}

    /** Why the actor could not recover. */
    record Failed(String reason) {}

    static Props props(String persistenceId, ActorRef client) {
        return Props.create(Keeper.class, () -> new Keeper(persistenceId, client));
    }

    @Override
    public String persistenceId() {
        return persistenceId;
    }

    @Override
    public Receive createReceiveRecover() {
        return receiveBuilder()
                .match(SnapshotOffer.class, offer -> {
                    state = (String) offer.snapshot();
                    offered = state;
                })
                .match(String.class, event -> state = event)
                .matchAny(done -> client.tell(new Recovered(state, Optional.ofNullable(offered)), self()))
                .build();
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(Save.class, save -> saveSnapshot(save.snapshot()))
                .match(
                        String.class,
                        event -> persist(event, stored -> {
                            state = stored;
                            saveSnapshot(state);
                        }))
                .match(SaveSnapshotSuccess.class, saved -> client.tell(saved, self()))
                .match(SaveSnapshotFailure.class, failed -> client.tell(failed, self()))
                .build();
    }

    @Override
    public void onRecoveryFailure(Throwable cause, Option<Object> event) {
        client.tell(new Failed(cause.toString()), self());
    }
}
