package org.uitto.testkit;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.uitto.testkit.Operation.Outcome;
import org.uitto.testkit.RegisterModel.Append;
import org.uitto.testkit.RegisterModel.Cas;
import org.uitto.testkit.RegisterModel.Delete;
import org.uitto.testkit.RegisterModel.Get;
import org.uitto.testkit.RegisterModel.Input;
import org.uitto.testkit.RegisterModel.Put;

/**
 * What the clients of one simulated run did and saw, as JSON lines that checkers outside can read: one line an operation on a
 * keyed store, in the order in which they ended.
 *
 * <pre>{@code
 * {"client":1,"op":"cas","key":"k7","value":"v","expect":"old","ok":true,"call":12,"ret":345,"status":"ok"}
 * }</pre>
 *
 * <p>{@code op} is {@code get}, {@code put}, {@code append}, {@code cas} or {@code delete}; {@code call} and {@code ret} are
 * nanoseconds on one clock; {@code status} is {@code ok}, {@code fail} for what certainly had no effect, or {@code info} if
 * nobody can tell, then without {@code ret}. A {@code get} has {@code found} and, if it was, {@code value}. No value is written
 * twice. A client of which an operation ended as {@code info} goes on under a new number; at most ten numbers use one key.
 *
 * @param lines each a JSON object
 * @param okCount how many operations took effect for certain
 * @param failCount how many certainly did not
 * @param infoCount how many may have
 * @param undecided whether the history was too hard to judge; a wrong one fails the run
 */
public record ClientHistory(List<String> lines, int okCount, int failCount, int infoCount, boolean undecided) {
    private static final int HOMES = 5;
    private static final int CLIENTS_OF_A_HOME = 3;
    private static final int KEYS_OF_A_BLOCK = 5;
    private static final int MOST_CLIENTS_OF_A_KEY = 10;

    public ClientHistory {
        lines = List.copyOf(lines);
    }

    /**
     * Runs {@code seed} until its clients have done {@code operations} operations.
     *
     * @throws SimulationFailure if the run broke a promise of Raft, or the history is not linearizable
     */
    public static ClientHistory of(long seed, int operations) {
        if (operations < 1) {
            throw new IllegalArgumentException("A history has 1 operation or more, not " + operations);
        }
        RaftSimulation.Recorded recorded = RaftSimulation.record(
                seed, operations, world -> Swarm.drawn(world).with(workloads(world.random("history"))));
        Map<String, Integer> numbers = new HashMap<>();
        List<String> lines = new ArrayList<>();
        Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);
        for (Operation<Input, String> operation : recorded.operations()) {
            int client = numbers.computeIfAbsent(operation.client(), missing -> numbers.size() + 1);
            lines.add(line(client, operation));
            counts.merge(operation.outcome(), 1, Integer::sum);
        }
        return new ClientHistory(
                lines,
                counts.getOrDefault(Outcome.OK, 0),
                counts.getOrDefault(Outcome.FAIL, 0),
                counts.getOrDefault(Outcome.UNKNOWN, 0),
                recorded.report().undecided());
    }

    /** Clients that share a home share its keys, until as many numbers as may have used these; then they get others. */
    private static List<IntFunction<Workload>> workloads(SeededRandom random) {
        List<Integer> weights = List.of(5, 4, 2, 3, 1);
        long maxPauseMillis = random.between(5, 40);
        int[] nextKey = {0};
        List<IntFunction<Workload>> clients = new ArrayList<>();
        for (int home = 0; home < HOMES; home++) {
            Home shared = new Home(nextKey);
            IntStream.range(0, CLIENTS_OF_A_HOME)
                    .forEach(client -> clients.add(life -> new Workload(shared.keys(), weights, maxPauseMillis)));
        }
        return clients;
    }

    /** Where clients find their keys. */
    private static final class Home {
        private final int[] nextKey;
        private List<String> keys = List.of();
        private int clientCount = MOST_CLIENTS_OF_A_KEY;

        Home(int[] nextKey) {
            this.nextKey = nextKey;
        }

        /** Those of one more client. */
        List<String> keys() {
            if (clientCount == MOST_CLIENTS_OF_A_KEY) {
                clientCount = 0;
                keys = Swarm.keys(nextKey[0], KEYS_OF_A_BLOCK);
                nextKey[0] += KEYS_OF_A_BLOCK;
            }
            clientCount++;
            return keys;
        }
    }

    /**
     * One line of such a history.
     *
     * @param client the number under which it was done
     */
    public static String line(long client, Operation<Input, String> operation) {
        Input input = operation.input();
        StringBuilder line = new StringBuilder("{\"client\":")
                .append(client)
                .append(",\"op\":\"")
                .append(name(input))
                .append("\",\"key\":")
                .append(quoted(input.key()));
        describe(line, input, operation.result());
        line.append(",\"call\":").append(operation.callNanos());
        if (operation.outcome() != Outcome.UNKNOWN) {
            line.append(",\"ret\":").append(operation.returnNanos());
        }
        return line.append(",\"status\":\"")
                .append(status(operation.outcome()))
                .append("\"}")
                .toString();
    }

    private static void describe(StringBuilder line, Input input, @Nullable String result) {
        if (input instanceof Put put) {
            line.append(",\"value\":").append(quoted(put.value()));
        } else if (input instanceof Append append) {
            line.append(",\"value\":").append(quoted(append.suffix()));
        } else if (input instanceof Cas cas) {
            line.append(",\"value\":").append(quoted(cas.value()));
            line.append(",\"expect\":").append(quoted(cas.expected()));
            if (result != null) {
                line.append(",\"ok\":").append(result.equals(RegisterModel.SET));
            }
        } else if (input instanceof Get && result != null) {
            boolean found = !result.equals(RegisterModel.ABSENT);
            line.append(",\"found\":").append(found);
            if (found) {
                line.append(",\"value\":").append(quoted(result));
            }
        }
    }

    private static String name(Input input) {
        return input instanceof Delete
                ? "delete"
                : input.getClass().getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }

    private static String status(Outcome outcome) {
        return switch (outcome) {
            case OK -> "ok";
            case FAIL -> "fail";
            case UNKNOWN -> "info";
        };
    }

    /** Keys and values are made of letters, digits and a few signs that JSON takes as they are. */
    private static String quoted(String text) {
        return "\"" + text + "\"";
    }
}
