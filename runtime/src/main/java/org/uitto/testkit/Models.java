package org.uitto.testkit;

import java.util.List;
import java.util.function.Function;
import org.uitto.replicated.Rehearsal;
import org.uitto.replicated.ReplicatedBehavior;

/** What the histories of a {@link ReplicatedTestKit} can be held against. */
public final class Models {
    private Models() {}

    /**
     * The behavior's own handlers, run one command after the other. They say what is right, so this finds what a group
     * does to them, not what is wrong in them. Command handlers that look at the clock or at chance need a model of their
     * own instead, unless their replies don't show it.
     */
    public static <Command> SequentialSemantics<Command> sequential() {
        return sequential(command -> "");
    }

    /**
     * The same for a state of independent parts, such as keys, which makes long histories easier to judge.
     *
     * @param part the part that a command is about; it neither sees nor changes any other
     */
    public static <Command> SequentialSemantics<Command> sequential(Function<? super Command, ?> part) {
        return new SequentialSemantics<>() {
            @Override
            LinearizabilityVerdict judge(
                    ReplicatedBehavior<? super Command, ?, ?> behavior,
                    UserValues values,
                    List<Operation<Told<Command>, Reply>> history,
                    long stepLimit) {
                return new LinearizabilityChecker<>(new Rehearsed<>(Rehearsal.of(behavior), values, part), stepLimit)
                        .check(history);
            }
        };
    }

    /**
     * A model that is written for the purpose. Its inputs are commands, its results are the messages that they are
     * answered with.
     */
    public static <State, Command> SequentialSemantics<Command> of(SequentialModel<State, Command, Object> model) {
        return new SequentialSemantics<>() {
            @Override
            LinearizabilityVerdict judge(
                    ReplicatedBehavior<? super Command, ?, ?> behavior,
                    UserValues values,
                    List<Operation<Told<Command>, Reply>> history,
                    long stepLimit) {
                return new LinearizabilityChecker<>(new Given<>(model, values), stepLimit).check(history);
            }
        };
    }

    /** A behavior's own handlers as a model. */
    private record Rehearsed<Command, Event, State>(
            Rehearsal<? super Command, Event, State> rehearsal, UserValues values, Function<? super Command, ?> part)
            implements SequentialModel<State, Told<Command>, SequentialSemantics.Reply> {
        @Override
        public State initial() {
            return rehearsal.emptyState();
        }

        @Override
        public Step<State, SequentialSemantics.Reply> apply(State state, Told<Command> told) {
            Rehearsal.Outcome<Event, State> outcome;
            try {
                outcome = rehearsal.handle(state, told.command());
            } catch (RuntimeException e) {
                return new Step<>(state, SequentialSemantics.Reply.none(values)); // Rejected: it is not answered.
            }
            return new Step<>(
                    outcome.state(),
                    outcome.replies().stream()
                            .filter(reply -> reply.replyTo().equals(told.replyTo()))
                            .findFirst()
                            .map(reply -> new SequentialSemantics.Reply(reply.message(), values))
                            .orElseGet(() -> SequentialSemantics.Reply.none(values)));
        }

        @Override
        public Object part(Told<Command> told) {
            return part.apply(told.command());
        }

        @Override
        public boolean isRead(Told<Command> told) {
            return false; // Which commands change nothing is known only once they are handled.
        }
    }

    /** A user's model. */
    private record Given<State, Command>(SequentialModel<State, Command, Object> model, UserValues values)
            implements SequentialModel<State, Told<Command>, SequentialSemantics.Reply> {
        @Override
        public State initial() {
            return model.initial();
        }

        @Override
        public Step<State, SequentialSemantics.Reply> apply(State state, Told<Command> told) {
            Step<State, Object> step = model.apply(state, told.command());
            return new Step<>(step.state(), new SequentialSemantics.Reply(step.result(), values));
        }

        @Override
        public Object part(Told<Command> told) {
            return model.part(told.command());
        }

        @Override
        public boolean isRead(Told<Command> told) {
            return model.isRead(told.command());
        }
    }
}
