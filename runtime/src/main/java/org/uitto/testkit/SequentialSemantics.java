package org.uitto.testkit;

import java.util.List;
import org.uitto.replicated.ReplicatedBehavior;

/**
 * What a replicated actor does when its commands come one after the other: what a group of its replicas has to look like,
 * whatever goes wrong. Made by {@link Models}.
 *
 * @param <Command> what the actor is told
 */
public abstract class SequentialSemantics<Command> {
    SequentialSemantics() {}

    /** Decides about a history of commands to a group of {@code behavior}, whose values {@code values} compares. */
    abstract LinearizabilityVerdict judge(
            ReplicatedBehavior<? super Command, ?, ?> behavior,
            UserValues values,
            List<Operation<Told<Command>, Reply>> history,
            long stepLimit);

    /** A reply, equal to those that can't be told from it. */
    static final class Reply {
        /** What a command gets that is never answered. */
        private static final Object NOTHING = "no reply";

        private final Object message;
        private final UserValues values;

        Reply(Object message, UserValues values) {
            this.message = message;
            this.values = values;
        }

        static Reply none(UserValues values) {
            return new Reply(NOTHING, values);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Reply reply && values.same(message, reply.message);
        }

        @Override
        public int hashCode() {
            return 0; // Replies are compared, never looked up: values without equality have no better hash.
        }

        @Override
        public String toString() {
            return Briefly.text(message);
        }
    }
}
