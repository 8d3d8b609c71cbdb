package org.uitto.samples.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.uitto.samples.chaos.StoreInput.Verb;
import org.uitto.testkit.LinearizabilityChecker;
import org.uitto.testkit.LinearizabilityVerdict;
import org.uitto.testkit.Operation;
import org.uitto.testkit.Operation.Outcome;

/** What the histories of a run must satisfy. Pure functions of the histories. */
final class Checks {
    private static final int SHOWN = 5;

    /** For one key: far more than a few hundred operations take, and what the memory of the search fits into. */
    private static final long STEP_LIMIT = 3_000_000;

    private Checks() {}

    /** Each key for itself: there is an order of the operations on it that explains all answers. */
    static Check linearizable(List<Operation<StoreInput, StoreAnswer>> history) {
        long keyCount = history.stream()
                .map(operation -> operation.input().key())
                .distinct()
                .count();
        LinearizabilityVerdict verdict = new LinearizabilityChecker<>(new StoreModel(), STEP_LIMIT).check(history);
        if (verdict instanceof LinearizabilityVerdict.Violation violation) {
            return new Check(
                    "linearizable",
                    false,
                    violation.part() + ": after " + last(violation.explained()) + " none of these can be next: "
                            + violation.stuck());
        } else if (verdict instanceof LinearizabilityVerdict.Undecided undecided) {
            return new Check(
                    "linearizable",
                    false,
                    "undecided: the search on key " + undecided.part() + " was given up after " + undecided.stepCount()
                            + " steps");
        }
        return new Check("linearizable", true, history.size() + " operations on " + keyCount + " keys");
    }

    private static List<String> last(List<String> operations) {
        return operations.subList(Math.max(0, operations.size() - SHOWN), operations.size());
    }

    /**
     * The keys that are only appended to hold, in the end, each acknowledged suffix exactly once, and nothing that nobody has
     * appended: a check that is simple enough to need no trust in the search of {@link #linearizable}.
     */
    static Check acknowledgedWritesAreThere(List<Operation<StoreInput, StoreAnswer>> history) {
        Map<String, String> lastRead = new HashMap<>();
        Map<String, Set<String>> acknowledged = new HashMap<>();
        Map<String, Set<String>> tried = new HashMap<>();
        for (Operation<StoreInput, StoreAnswer> operation : history) {
            StoreInput input = operation.input();
            StoreAnswer answer = operation.result();
            if (StoreKeys.isAppendOnly(input.key()) && input.verb() == Verb.APPEND) {
                tried.computeIfAbsent(input.key(), missing -> new HashSet<>()).add(input.value());
                if (answer != null) {
                    acknowledged
                            .computeIfAbsent(input.key(), missing -> new HashSet<>())
                            .add(input.value());
                }
            } else if (StoreKeys.isAppendOnly(input.key()) && answer != null) {
                lastRead.put(input.key(), answer.value().orElse("")); // In the order of the calls: the last one stays.
            }
        }
        List<String> wrong = new ArrayList<>();
        acknowledged.forEach((key, suffixes) -> {
            List<String> found = Arrays.stream(lastRead.getOrDefault(key, "").split(";"))
                    .filter(Predicate.not(String::isEmpty))
                    .map(suffix -> suffix + ";")
                    .toList();
            suffixes.stream()
                    .filter(Predicate.not(new HashSet<>(found)::contains))
                    .forEach(lost -> wrong.add(key + " has lost " + lost));
            Set<String> once = new HashSet<>();
            found.stream().filter(suffix -> !once.add(suffix)).forEach(twice -> wrong.add(key + " has twice " + twice));
            found.stream()
                    .filter(Predicate.not(tried.getOrDefault(key, Set.of())::contains))
                    .forEach(foreign -> wrong.add(key + " has " + foreign + ", which nobody has appended"));
        });
        int count = acknowledged.values().stream().mapToInt(Set::size).sum();
        return new Check(
                "acknowledged writes are there",
                wrong.isEmpty(),
                wrong.isEmpty() ? count + " appends to " + acknowledged.size() + " keys, each once" : shortened(wrong));
    }

    /**
     * The counter counts each addition once: no two additions were answered alike; every answer is at least the number of
     * additions acknowledged before the call, and at most the number of those called before the answer; and so is the value
     * in the end.
     */
    static Check counterIsExact(List<Operation<CounterClient.Input, Long>> history, OptionalLong end) {
        long[] acknowledgedAt = times(history, Outcome.OK, Operation::returnNanos);
        long[] calledAt = history.stream()
                .filter(operation -> operation.input() == CounterClient.Input.ADD)
                .filter(operation -> operation.outcome() != Outcome.FAIL)
                .mapToLong(Operation::callNanos)
                .sorted()
                .toArray();
        List<String> wrong = new ArrayList<>();
        Set<Long> sums = new HashSet<>();
        for (Operation<CounterClient.Input, Long> operation : history) {
            Long value = operation.result();
            if (value == null) {
                continue;
            }
            boolean isAdd = operation.input() == CounterClient.Input.ADD;
            long least = countBefore(acknowledgedAt, operation.callNanos()) + (isAdd ? 1 : 0);
            long most = countBefore(calledAt, operation.returnNanos());
            if (value < least || value > most) {
                wrong.add(operation + " is not from " + least + " to " + most);
            } else if (isAdd && !sums.add(value)) {
                wrong.add(operation + ", as another addition");
            }
        }
        long acknowledged = acknowledgedAt.length;
        long unknown = calledAt.length - acknowledged;
        if (end.isEmpty()) {
            wrong.add("it could not be read in the end");
        } else if (end.getAsLong() < acknowledged || end.getAsLong() > calledAt.length) {
            wrong.add(end.getAsLong() + " in the end");
        }
        String figures = acknowledged + " acknowledged, " + unknown + " unknown, counter at "
                + (end.isPresent() ? end.getAsLong() : "?");
        return new Check(
                "counter is exact", wrong.isEmpty(), wrong.isEmpty() ? figures : figures + "; " + shortened(wrong));
    }

    private static long[] times(
            List<Operation<CounterClient.Input, Long>> history,
            Outcome outcome,
            ToLongFunction<Operation<CounterClient.Input, Long>> time) {
        return history.stream()
                .filter(operation -> operation.input() == CounterClient.Input.ADD && operation.outcome() == outcome)
                .mapToLong(time)
                .sorted()
                .toArray();
    }

    /** How many of {@code sorted} are below {@code limit}. */
    private static long countBefore(long[] sorted, long limit) {
        int at = Arrays.binarySearch(sorted, limit);
        int first = at < 0 ? -at - 1 : at;
        while (first > 0 && sorted[first - 1] == limit) {
            first--;
        }
        return first;
    }

    private static String shortened(List<String> wrong) {
        String rest = wrong.size() > SHOWN ? ", and " + (wrong.size() - SHOWN) + " more" : "";
        return String.join("; ", wrong.subList(0, Math.min(SHOWN, wrong.size()))) + rest;
    }

    /** No node was away, or had no say, for long after a fault was over, and none ended by itself. */
    static Check recovers(int faultCount, Optional<String> stall) {
        return new Check(
                "recovers from every fault", stall.isEmpty(), stall.orElse(faultCount + " faults, healthy after each"));
    }
}
