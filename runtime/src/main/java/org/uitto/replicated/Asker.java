package org.uitto.replicated;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.Status;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.pattern.PromiseActorRef;

/** Who waits in this process for what becomes of a command. */
interface Asker {
    /** The command has this reply. */
    void replied(Object reply);

    /** The command has no reply, for this reason. */
    void failed(ReplicationException reason);

    /** Whoever {@code command} says is to be replied to. */
    static Asker of(Object command) {
        return new Actor(ReplyTargets.of(command));
    }

    /** The actor that a command names, if it names one. */
    record Actor(Optional<ActorRef<Object>> replyTo) implements Asker {
        @Override
        public void replied(Object reply) {
            replyTo.ifPresent(target -> target.tell(reply));
        }

        /** Fails the ask that waits for the reply. A reply to any other actor has no way to fail: it just does not come. */
        @Override
        public void failed(ReplicationException reason) {
            replyTo.map(Adapter::toClassic)
                    .filter(
                            PromiseActorRef.class
                                    ::isInstance) // Its path is made, and kept, only when someone looks at it.
                    .ifPresent(ask -> ask.tell(new Status.Failure(reason), org.apache.pekko.actor.ActorRef.noSender()));
        }
    }

    /** A stream, whose answers gather, so that it is told of many at a time. Not thread-safe. */
    final class Stream {
        private final ActorRef<StreamAnswers> stream;
        private final Consumer<Stream> gathers;
        private List<StreamAnswers.StreamAnswer> gathered = new ArrayList<>();

        /** @param gathers is told when the first answer is there, and has it {@linkplain #flush sent} soon */
        Stream(ActorRef<StreamAnswers> stream, Consumer<Stream> gathers) {
            this.stream = stream;
            this.gathers = gathers;
        }

        /** The command of this number. */
        Asker command(long ticket) {
            return new Asker() {
                @Override
                public void replied(Object reply) {
                    gather(new StreamAnswers.Reply(ticket, reply));
                }

                @Override
                public void failed(ReplicationException reason) {
                    gather(new StreamAnswers.Failure(ticket, reason));
                }
            };
        }

        private void gather(StreamAnswers.StreamAnswer answer) {
            gathered.add(answer);
            if (gathered.size() == 1) {
                gathers.accept(this);
            }
        }

        /** Sends what has gathered. */
        void flush() {
            stream.tell(new StreamAnswers(gathered));
            gathered = new ArrayList<>();
        }
    }
}
