package org.uitto.testkit;

import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Props;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.RecoveryCompleted;

/** Keeps the votes of one node of the toy: recovers them, then writes each and says so once it is durable. */
final class VoteStore extends AbstractPersistentActor {
    private final String persistenceId;
    private final ActorRef node;
    private Ballot last = new Ballot(0, "");

    /** A vote for {@code candidate} in {@code term}. */
    record Ballot(long term, String candidate) implements java.io.Serializable {}

    /** What the store tells its node once: the last vote it had kept. */
    record Recovered(Ballot last) {}

    /** A ballot that is durable. */
    record Durable(Ballot ballot) {}

    private VoteStore(String persistenceId, ActorRef node) {
        this.persistenceId = persistenceId;
        this.node = node;
    }

    static Props props(String persistenceId, ActorRef node) {
        return Props.create(VoteStore.class, () -> new VoteStore(persistenceId, node));
    }

    @Override
    public String persistenceId() {
        return persistenceId;
    }

    @Override
    public Receive createReceiveRecover() {
        return receiveBuilder()
                .match(Ballot.class, ballot -> last = ballot)
                .match(RecoveryCompleted.class, done -> node.tell(new Recovered(last), getSelf()))
                .build();
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(
                        Ballot.class,
                        ballot -> persistAsync(ballot, written -> node.tell(new Durable(written), getSelf())))
                .build();
    }
}
