package org.uitto.testkit;

import java.util.List;
import java.util.function.UnaryOperator;
import org.uitto.testkit.RegisterModel.Append;
import org.uitto.testkit.RegisterModel.Cas;
import org.uitto.testkit.RegisterModel.Delete;
import org.uitto.testkit.RegisterModel.Get;
import org.uitto.testkit.RegisterModel.Input;
import org.uitto.testkit.RegisterModel.Put;

/**
 * What one client asks of the registers, one thing after the other. No value is written twice.
 *
 * @param keys those that it asks for
 * @param weights how often each operation, in the order get, put, append, compare-and-set, delete
 * @param maxPauseMillis the longest time from one answer to the next question
 */
record Workload(List<String> keys, List<Integer> weights, long maxPauseMillis) {
    /** Weights of one that only reads. */
    static final List<Integer> ONLY_READS = List.of(1, 0, 0, 0, 0);

    Workload {
        keys = List.copyOf(keys);
        weights = List.copyOf(weights);
    }

    /** A mix for one run among many: of each kind much, little, or nothing. */
    static List<Integer> drawnWeights(SeededRandom random) {
        int get = 1 + random.below(10);
        int put = 1 + random.below(10);
        int append = random.chance(0.7) ? random.below(10) : 0;
        int cas = random.chance(0.7) ? random.below(10) : 0;
        int delete = random.chance(0.5) ? random.below(4) : 0;
        return List.of(get, put, append, cas, delete);
    }

    /**
     * What to ask next.
     *
     * @param client names the client
     * @param number counts what this client asks
     * @param lastSeen the value that this client has last seen under a key
     */
    Input drawn(SeededRandom random, String client, int number, UnaryOperator<String> lastSeen) {
        String key = keys.get(random.below(keys.size()));
        String value = client + "." + number;
        int at = random.below(weights.stream().mapToInt(Integer::intValue).sum());
        int kind = 0;
        while (at >= weights.get(kind)) {
            at -= weights.get(kind);
            kind++;
        }
        return switch (kind) {
            case 0 -> new Get(key);
            case 1 -> new Put(key, value);
            case 2 -> new Append(key, "+" + value);
            case 3 -> new Cas(key, expected(lastSeen.apply(key), client), value);
            default -> new Delete(key);
        };
    }

    /** What nobody has written stands for what is not there: there is no other word for that outside. */
    private static String expected(String lastSeen, String client) {
        return lastSeen.equals(RegisterModel.ABSENT) ? client + ".none" : lastSeen;
    }
}
