package org.uitto.replicated;

import java.time.Duration;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.japi.function.Function2;
import org.apache.pekko.stream.javadsl.Flow;

/** Streams of commands to a replicated actor. */
public final class ReplicatedFlow {
    private ReplicatedFlow() {}

    /**
     * A flow that makes a command of each element, asks the actor and yields the replies, in the order of the elements. The
     * commands reach the actor in that order too. With {@code inFlight} of them unanswered, or answered and not yet taken
     * downstream, it takes no further element.
     *
     * <p>It fails with the first command that does, for the reason that an ask has: a {@link ReplicationException}, or a {@link
     * java.util.concurrent.TimeoutException} if there was no reply in time. What was sent behind that one may have taken effect,
     * or may yet. A supervision strategy that resumes leaves such an element out instead.
     *
     * <p>All commands are given the same one to reply to. The actor has to reply by the reply of its effect ({@code
     * Effect.reply}, {@code thenReply}), once to each command; what it tells that one by another way fails the stream, since nobody knows
     * which command it belongs to.
     *
     * @param actor as {@code Raft.ref} or {@code Raft.start} gave it
     * @param inFlight at least 1; no more than {@code uitto.proxy.max-waiting-commands} and {@code
     *     uitto.replica.max-uncommitted-commands} leave room for
     * @param timeout for each reply; it may take an eighth more until the stream fails
     * @param command makes a command of an element and of the one to reply to
     */
    public static <In, Command, Reply> Flow<In, Reply, NotUsed> ask(
            ActorRef<Command> actor, int inFlight, Duration timeout, Function2<In, ActorRef<Reply>, Command> command) {
        return Flow.fromGraph(new CommandStage<>(actor, inFlight, timeout, command));
    }
}
