package org.uitto.testkit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The search for an order of the operations on one part of a model.
 *
 * <p>Operations are numbered by their calls, those of unknown outcome behind all others: only when no operation with a
 * result can be next is one of them supposed to have taken effect. One that may take effect at any time is as good as any
 * other with the same input that was called earlier, so of such only the first is tried.
 *
 * @param <S> a state of the model
 * @param <I> what is asked for
 * @param <R> what is answered
 */
final class LinearizationSearch<S, I, R> {
    private final SequentialModel<S, I, R> model;
    private final Object part;
    private final long stepLimit;
    private final List<Operation<I, R>> operations;
    private final int certainCount;
    /** For each operation of unknown outcome, the one before it with the same input; -1 if there is none. */
    private final int[] twinBefore;

    private final BitSet done = new BitSet();
    private final List<Choice<S>> path = new ArrayList<>();
    private final Set<Visited<S>> visited = new HashSet<>();
    private S state;
    private int firstOpen;
    private long steps;
    private int[] longest = {};
    private int[] stuck = {};
    private boolean everStuck;

    /** An operation that was given its place, with what was so before it. */
    private record Choice<S>(int operation, S before, int firstOpenBefore) {}

    /**
     * What was tried: which operations, and where they led. All before the first open one are done, so a few bits say which
     * of the certain ones are, however long the history is.
     */
    private record Visited<S>(int firstOpen, BitSet doneBehind, BitSet doneOfUnknown, S state) {}

    LinearizationSearch(SequentialModel<S, I, R> model, Object part, List<Operation<I, R>> unordered, long stepLimit) {
        this.model = model;
        this.part = part;
        this.stepLimit = stepLimit;
        this.operations = new ArrayList<>(unordered);
        this.operations.sort(Comparator.comparing((Operation<I, R> operation) -> isUnknown(operation))
                .thenComparingLong(Operation::callNanos));
        this.certainCount = (int)
                operations.stream().filter(operation -> !isUnknown(operation)).count();
        this.twinBefore = findTwins();
        this.state = model.initial();
    }

    LinearizabilityVerdict run() {
        int from = 0;
        while (firstOpen < certainCount) {
            if (++steps > stepLimit) {
                return new LinearizabilityVerdict.Undecided(part, stepLimit);
            }
            int next = advance(from);
            if (next >= 0) {
                from = 0;
            } else if (path.isEmpty()) {
                return new LinearizabilityVerdict.Violation(part, describe(longest), describe(stuck));
            } else {
                from = retreat() + 1;
            }
        }
        return new LinearizabilityVerdict.Linearizable();
    }

    /** Gives the next place to the first operation from number {@code from} on that can have it; -1 if none can. */
    private int advance(int from) {
        long deadline = earliestReturn();
        for (int i = nextCandidate(Math.max(from, firstOpen), deadline); i >= 0; i = nextCandidate(i + 1, deadline)) {
            if (tryNext(i)) {
                return i;
            }
        }
        rememberIfLongest(deadline);
        return -1;
    }

    private boolean tryNext(int number) {
        Operation<I, R> operation = operations.get(number);
        SequentialModel.Step<S, R> step = model.apply(state, operation.input());
        if (operation.result() != null && !operation.result().equals(step.result())) {
            return false;
        }
        done.set(number);
        int nextOpen = Math.min(done.nextClearBit(firstOpen), certainCount);
        Visited<S> next = new Visited<>(
                nextOpen, done.get(nextOpen, certainCount), done.get(certainCount, operations.size()), step.state());
        if (!visited.add(next)) {
            done.clear(number);
            return false;
        }
        path.add(new Choice<>(number, state, firstOpen));
        state = step.state();
        firstOpen = nextOpen;
        return true;
    }

    private int retreat() {
        Choice<S> last = path.remove(path.size() - 1);
        done.clear(last.operation());
        state = last.before();
        firstOpen = last.firstOpenBefore();
        return last.operation();
    }

    /** The earliest return among the open operations: what is called after it cannot be next. */
    private long earliestReturn() {
        long earliest = Long.MAX_VALUE;
        for (int i = firstOpen; i >= 0 && i < certainCount; i = done.nextClearBit(i + 1)) {
            Operation<I, R> operation = operations.get(i);
            if (operation.callNanos() > earliest) {
                break;
            }
            earliest = Math.min(earliest, operation.returnNanos());
        }
        return earliest;
    }

    /** The first open operation from number {@code from} on that was called by {@code deadline}; -1 if there is none. */
    private int nextCandidate(int from, long deadline) {
        int i = done.nextClearBit(from);
        if (i < certainCount) {
            if (operations.get(i).callNanos() <= deadline) {
                return i;
            }
            i = done.nextClearBit(certainCount);
        }
        while (i < operations.size() && operations.get(i).callNanos() <= deadline) {
            if (twinBefore[i] < 0 || done.get(twinBefore[i])) {
                return i;
            }
            i = done.nextClearBit(i + 1);
        }
        return -1;
    }

    private void rememberIfLongest(long deadline) {
        if (everStuck && path.size() <= longest.length) {
            return;
        }
        everStuck = true;
        longest = path.stream().mapToInt(Choice::operation).toArray();
        stuck = IntStream.iterate(nextCandidate(firstOpen, deadline), i -> i >= 0, i -> nextCandidate(i + 1, deadline))
                .toArray();
    }

    private List<String> describe(int[] numbers) {
        return Arrays.stream(numbers)
                .mapToObj(number -> operations.get(number).toString())
                .toList();
    }

    private int[] findTwins() {
        int[] twins = new int[operations.size()];
        Arrays.fill(twins, -1);
        Map<I, Integer> last = new HashMap<>();
        for (int i = certainCount; i < twins.length; i++) {
            Integer before = last.put(operations.get(i).input(), i);
            twins[i] = before == null ? -1 : before;
        }
        return twins;
    }

    private static boolean isUnknown(Operation<?, ?> operation) {
        return operation.outcome() == Operation.Outcome.UNKNOWN;
    }
}
