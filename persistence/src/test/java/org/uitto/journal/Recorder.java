package org.uitto.journal;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.DeleteMessagesFailure;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.jspecify.annotations.Nullable;
import scala.Option;

/** A persistent actor that stores strings and says what it has stored. */
final class Recorder extends AbstractPersistentActor {
    private final String persistenceId;
    private final List<String> events = new ArrayList<>();

    /** Asks to store an event; answered with {@link Stored}. */
    record Store(String event) {}

    /** Asks to store several events, all or none; answered with a {@link Stored} for each. */
    record StoreAll(List<String> all) {}

    /** Asks to store an object, whatever it is. */
    record StoreObject(Object event) {}

    /** The event is durable. */
    record Stored(String event, long sequenceNr) {}

    /** Asks for {@link Contents}. */
    record Read() {}

    /** What the actor has seen, in order. */
    record Contents(List<String> events, long lastSequenceNr) {}

    /** Asks to delete events; answered with {@code true} or {@code false}. */
    record DeleteTo(long sequenceNr) {}

    /** What became of an event that was not stored. */
    record NotStored(String reason, boolean isRejected) {}

    private @Nullable ActorRef client;

    private Recorder(String persistenceId) {
        this.persistenceId = persistenceId;
    }

    static Props props(String persistenceId) {
        return Props.create(Recorder.class, () -> new Recorder(persistenceId));
    }

    @Override
    public String persistenceId() {
        return persistenceId;
    }

    @Override
    public Receive createReceiveRecover() {
        return receiveBuilder().match(String.class, events::add).build();
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(Store.class, command -> persistAsync(command.event(), this::stored))
                .match(StoreAll.class, command -> persistAllAsync(command.all(), this::stored))
                .match(StoreObject.class, command -> {
                    client = sender();
                    persist(command.event(), this::tellClient);
                })
                .match(
                        Read.class,
                        command -> sender().tell(new Contents(List.copyOf(events), lastSequenceNr()), self()))
                .match(DeleteTo.class, command -> {
                    client = sender();
                    deleteMessages(command.sequenceNr());
                })
                .match(DeleteMessagesSuccess.class, message -> tellClient(true))
                .match(DeleteMessagesFailure.class, message -> tellClient(false))
                .build();
    }

    private void stored(String event) {
        events.add(event);
        sender().tell(new Stored(event, lastSequenceNr()), self());
    }

    private void tellClient(Object answer) {
        if (client != null) {
            client.tell(answer, self());
        }
    }

    @Override
    public void onPersistRejected(Throwable cause, Object event, long sequenceNr) {
        sender().tell(new NotStored(cause.toString(), true), self());
    }

    @Override
    public void onPersistFailure(Throwable cause, Object event, long sequenceNr) {
        sender().tell(new NotStored(cause.toString(), false), self());
    }

    @Override
    public void onRecoveryFailure(Throwable cause, Option<Object> event) {
        context().system().eventStream().publish(new NotStored(cause.toString(), false));
    }
}
