package org.uitto.samples.chaos;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.uitto.testkit.Operation;

/**
 * The operations of a run, by equal parts of its time: those that ended in it.
 *
 * @param bucketNanos how long each part is
 */
record Buckets(long bucketNanos, List<Bucket> all) {
    private static final int MOST = 1800;
    private static final long SECOND_NANOS = 1_000_000_000L;

    /**
     * One part of the time.
     *
     * @param latencies of the operations that were answered in it, in nanoseconds, sorted
     * @param failed how many had no effect
     * @param unknown of how many nobody knows
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    record Bucket(long[] latencies, int failed, int unknown) {
        int answered() {
            return latencies.length;
        }

        /** The latency that {@code percent} of a hundred answers had at most; 0 without answers. */
        long latency(double percent) {
            int rank = (int) Math.ceil(latencies.length * percent / 100);
            return latencies.length == 0 ? 0 : latencies[Math.max(0, rank - 1)];
        }
    }

    /** Parts of a second, or of more in a long run. */
    static Buckets of(RunOutcome outcome) {
        long seconds = outcome.endNanos() / SECOND_NANOS + 1;
        long bucketNanos = SECOND_NANOS * ((seconds + MOST - 1) / MOST);
        int count = (int) (outcome.endNanos() / bucketNanos) + 1;
        List<List<Long>> latencies = new ArrayList<>();
        int[] failed = new int[count];
        int[] unknown = new int[count];
        for (int i = 0; i < count; i++) {
            latencies.add(new ArrayList<>());
        }
        Stream.concat(outcome.store().stream(), outcome.counter().stream())
                .filter(operation -> operation.returnNanos() < outcome.endNanos())
                .forEach(operation -> {
                    int at = (int) (operation.returnNanos() / bucketNanos);
                    if (operation.outcome() == Operation.Outcome.OK) {
                        latencies.get(at).add(operation.returnNanos() - operation.callNanos());
                    } else if (operation.outcome() == Operation.Outcome.FAIL) {
                        failed[at]++;
                    } else {
                        unknown[at]++;
                    }
                });
        List<Bucket> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long[] sorted = latencies.get(i).stream().mapToLong(Long::longValue).toArray();
            Arrays.sort(sorted);
            all.add(new Bucket(sorted, failed[i], unknown[i]));
        }
        return new Buckets(bucketNanos, all);
    }
}
