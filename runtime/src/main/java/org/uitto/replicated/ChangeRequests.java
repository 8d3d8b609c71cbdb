package org.uitto.replicated;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.replicated.MembershipOutcome.Result;
import org.uitto.replicated.ReplicaInput.ChangeMembers;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftInput.ChangeReply;

/** Who has asked a replica for a change of the group's members and is yet to hear whether it was begun. */
final class ChangeRequests {
    private final Consumer<RaftInput> raft;
    private final ActorRef<ChangeReply> replies;
    private final Queue<ActorRef<MembershipOutcome>> askers = new ArrayDeque<>();

    /**
     * Nobody yet.
     *
     * @param replies brings the answers back to {@link #answered}
     */
    ChangeRequests(Consumer<RaftInput> raft, ActorRef<ChangeReply> replies) {
        this.raft = raft;
        this.replies = replies;
    }

    void ask(ChangeMembers request) {
        askers.add(request.replyTo());
        raft.accept(new RaftInput.ChangeMembers(request.change(), replies));
    }

    /** They are answered in the order in which they came. */
    void answered(ChangeReply reply) {
        askers.remove().tell(outcome(reply));
    }

    private static MembershipOutcome outcome(ChangeReply reply) {
        if (reply instanceof ChangeReply.Begun begun) {
            return MembershipOutcome.of(Result.UNDER_WAY, "On the way to the voters " + begun.voters() + ".");
        } else if (reply instanceof ChangeReply.Refused refused) {
            return MembershipOutcome.of(refused.passes() ? Result.BUSY : Result.REFUSED, refused.reason());
        }
        return MembershipOutcome.of(Result.NOT_LEADER, "The node that was asked does not lead.");
    }
}
