package org.uitto.role;

import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.uitto.role.RaftInput.ChangeMembers;
import org.uitto.role.RaftInput.ChangeReply;
import org.uitto.role.RaftInput.GetStatus;
import org.uitto.role.RaftInput.TransferLeadership;
import org.uitto.role.RaftInput.TransferReply;

/**
 * A node whose log failed or that saw an invariant broken: it votes no more and acknowledges nothing, so that it can do no
 * harm, and says why to whoever asks. The end of this start.
 */
final class Halted {
    private Halted() {}

    static Behavior<RaftInput> behavior(GroupStatus status) {
        return Behaviors.receive(RaftInput.class)
                .onMessage(GetStatus.class, request -> {
                    request.replyTo().tell(status);
                    return Behaviors.same();
                })
                .onMessage(TransferLeadership.class, request -> {
                    request.replyTo().tell(TransferReply.NOT_LEADER);
                    return Behaviors.same();
                })
                .onMessage(ChangeMembers.class, request -> {
                    request.replyTo().tell(new ChangeReply.NotLeader());
                    return Behaviors.same();
                })
                .onAnyMessage(ignored -> Behaviors.same())
                .build();
    }
}
