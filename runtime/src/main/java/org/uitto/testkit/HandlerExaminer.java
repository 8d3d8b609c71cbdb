package org.uitto.testkit;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.uitto.replicated.CommandHandler;
import org.uitto.replicated.Effect;
import org.uitto.replicated.EventHandler;
import org.uitto.replicated.WatchedBehavior;
import org.uitto.testkit.Finding.Kind;
import org.uitto.testkit.UserValues.Print;

/**
 * Looks at every call of a behavior's handlers, in one run, for what handlers must not do: change a state that they were
 * given, give two results for one event, or act on the world before their effect is committed.
 */
final class HandlerExaminer<Command, Event, State> implements WatchedBehavior.Watch<Command, Event, State> {
    private static final int REMEMBERED = 256;
    private static final int APPLIED_AGAIN = 100;

    private final String name;
    private final UserValues values;
    private final Consumer<Finding> report;
    private final Supplier<List<String>> answered;
    private final IntSupplier scheduledCount;
    private final IdentityHashMap<Object, Known> known = new IdentityHashMap<>();
    private final Deque<Object> remembered = new ArrayDeque<>();
    private final List<Applied<Event, State>> applied = new ArrayList<>();

    /** A state that was seen, and as what. */
    private record Known(Print print, String source) {}

    /** An event that was applied, and what came of it. */
    record Applied<Event, State>(State before, Event event, State after) {}

    /**
     * @param name of the behavior, for the words of a finding
     * @param answered the commands whose clients have their replies by now
     * @param scheduledCount how many tasks of actors could run now
     */
    HandlerExaminer(
            String name,
            UserValues values,
            Consumer<Finding> report,
            Supplier<List<String>> answered,
            IntSupplier scheduledCount) {
        this.name = name;
        this.values = values;
        this.report = report;
        this.answered = answered;
        this.scheduledCount = scheduledCount;
    }

    /** The first events that were applied, to be applied again later. */
    List<Applied<Event, State>> applied() {
        return applied;
    }

    @Override
    public Effect<Event, State> command(State state, Command command, CommandHandler<Command, Event, State> handler) {
        String what = Briefly.text(command);
        Print before = seen(state, "it was given to the command handler for " + what);
        List<String> answeredBefore = answered.get();
        int scheduledBefore = scheduledCount.getAsInt();
        try {
            return handler.apply(state, command);
        } finally {
            requireUnchanged(state, before, "The command handler of " + name + " changes the state, on " + what);
            requireNoReply(what, answeredBefore);
            requireNothingTold(what, scheduledBefore);
        }
    }

    @Override
    public State event(State state, Event event, EventHandler<State, Event> handler) {
        String what = Briefly.text(event);
        Print stateBefore = seen(state, "it was given to the event handler for " + what);
        Print eventBefore = values.print(event);
        State after = handler.apply(state, event);
        requireUnchanged(state, stateBefore, "The event handler of " + name + " changes the state, on " + what);
        if (!values.print(event).matches(eventBefore)) {
            report.accept(new Finding(
                    Kind.STATE_CHANGED,
                    "The event handler of " + name + " changes the event " + eventBefore.text() + ": afterwards it is "
                            + Briefly.text(event)
                            + ". Other replicas apply the event as it was. Copy what is to change."));
        }
        requireSame(new Applied<>(state, event, after), handler.apply(state, event), "at once");
        if (applied.size() < APPLIED_AGAIN) {
            applied.add(new Applied<>(state, event, after));
        }
        remember(after, "the event handler returned it for " + what);
        return after;
    }

    /** Complains if an event came to something else when it was applied again. */
    void requireSame(Applied<Event, State> first, State again, String when) {
        if (!values.same(first.after(), again)) {
            report.accept(new Finding(
                    Kind.EVENT_HANDLER_NOT_DETERMINISTIC,
                    "The event handler of " + name + " is not deterministic: " + Briefly.text(first.event())
                            + " applied to " + Briefly.text(first.before()) + " gave " + Briefly.text(first.after())
                            + " and, applied again " + when + ", " + Briefly.text(again)
                            + ". Every replica applies every event for itself, so replicas would come to differ. What"
                            + " depends on the clock, on chance or on anything but the state and the event belongs into"
                            + " the command handler, which puts it into the event."));
        }
    }

    /** A state that was changed since it was seen, if any of the latest was. */
    Optional<Finding> changedState() {
        return remembered.stream()
                .flatMap(state -> changedState(state, values.print(state)).stream())
                .findFirst();
    }

    private Optional<Finding> changedState(Object state, Print now) {
        return Optional.ofNullable(known.get(state))
                .filter(earlier -> !earlier.print().matches(now))
                .map(earlier -> changed(
                        "A state of " + name + " was changed after it had been handed out", earlier, now.text()));
    }

    private Print seen(State state, String as) {
        Print now = values.print(state);
        changedState(state, now).ifPresent(report);
        if (!known.containsKey(state)) {
            remember(state, as);
        }
        return now;
    }

    private void requireUnchanged(State state, Print before, String accusation) {
        Print now = values.print(state);
        if (!now.matches(before)) {
            report.accept(changed(accusation, new Known(before, "it was given to the handler"), now.text()));
        }
    }

    private static Finding changed(String accusation, Known earlier, String now) {
        return new Finding(
                Kind.STATE_CHANGED,
                accusation + ": it was " + earlier.print().text() + " when " + earlier.source() + " and is now " + now
                        + ". A state is an immutable value: the leader's handlers run ahead on it while the same object"
                        + " is what others still see as committed. Return a new state instead, and copy collections"
                        + " before you add to them.");
    }

    private void requireNoReply(String command, List<String> answeredBefore) {
        answered.get().stream()
                .filter(each -> !answeredBefore.contains(each))
                .findFirst()
                .ifPresent(each -> report.accept(new Finding(
                        Kind.SIDE_EFFECT_BEFORE_COMMIT,
                        "The command handler of " + name + " replies too early: the reply to " + command
                                + " left while the handler ran, before its event was committed on a majority. If this"
                                + " leader is lost now, its client holds an answer to something that never happened."
                                + " Leave the reply to the effect: Effect().persist(...).thenReply(replyTo, state ->"
                                + " ...), or Effect().reply(replyTo, ...) if nothing is persisted.")));
    }

    private void requireNothingTold(String command, int scheduledBefore) {
        if (scheduledCount.getAsInt() > scheduledBefore) {
            report.accept(new Finding(
                    Kind.SIDE_EFFECT_BEFORE_COMMIT,
                    "The command handler of " + name + " acts too early: on " + command
                            + " it told an actor something, or started a task, while it ran, before its event was"
                            + " committed on a majority. If this leader is lost now, that was about something that never"
                            + " happened. Leave it to the effect: Effect().persist(...).thenRun(state -> ...)."));
        }
    }

    private void remember(Object state, String source) {
        if (known.put(state, new Known(values.print(state), source)) == null) {
            remembered.add(state);
            if (remembered.size() > REMEMBERED) {
                known.remove(remembered.remove());
            }
        }
    }
}
