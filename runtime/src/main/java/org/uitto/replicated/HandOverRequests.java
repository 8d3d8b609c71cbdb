package org.uitto.replicated;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.log.NodeId;
import org.uitto.replicated.ReplicaInput.HandOver;
import org.uitto.role.RaftInput.TransferLeadership;
import org.uitto.role.RaftInput.TransferReply;

/** Who has asked a replica's node to hand leadership over, and is to hear what comes of it. Not thread-safe. */
final class HandOverRequests {
    private final NodeId self;
    private final Consumer<TransferLeadership> raft;
    private final ActorRef<TransferReply> replies;
    private final Queue<ActorRef<TransferOutcome>> asked = new ArrayDeque<>();
    private final List<ActorRef<TransferOutcome>> begun = new ArrayList<>();

    /**
     * Nobody yet.
     *
     * @param raft is asked
     * @param replies where its replies go, each of which is to be told to {@link #answered}
     */
    HandOverRequests(NodeId self, Consumer<TransferLeadership> raft, ActorRef<TransferReply> replies) {
        this.self = self;
        this.raft = raft;
        this.replies = replies;
    }

    void ask(HandOver request) {
        asked.add(request.replyTo());
        raft.accept(new TransferLeadership(request.target(), replies));
    }

    /**
     * Raft says whether it has begun.
     *
     * @param leader who leads, if not this node
     */
    void answered(TransferReply reply, Optional<NodeId> leader) {
        ActorRef<TransferOutcome> asker = asked.remove(); // They are answered in the order in which they came.
        switch (reply) {
            case BEGUN -> begun.add(asker);
            case NOT_LEADER -> asker.tell(new TransferOutcome(TransferOutcome.Result.NOT_LEADER, leader));
            case NO_SUCCESSOR ->
                asker.tell(new TransferOutcome(TransferOutcome.Result.NO_SUCCESSOR, Optional.of(self)));
        }
    }

    /** What was begun has ended. */
    void ended(TransferOutcome outcome) {
        begun.forEach(asker -> asker.tell(outcome));
        begun.clear();
    }
}
