package org.uitto.mutation;

import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.stream.LongStream;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.uitto.testkit.RaftSimulation;
import org.uitto.testkit.SimulationFailure;

/** Looks, in the process of a mutant, whether anything is wrong, and says so in one line. */
public final class Witness {
    /** What the line begins with. */
    static final String NOTICED = "noticed: ";

    private static final int SEEDS_AT_A_TIME = 16;
    private static final int MAX_LENGTH = 160;

    private Witness() {}

    /**
     * Looks once.
     *
     * @param arguments {@code seeds N} or {@code test CLASS}
     */
    public static void main(String[] arguments) throws ClassNotFoundException {
        String[] words = arguments[0].split(" ", -1);
        Optional<String> noticed =
                words[0].equals("seeds") ? bySeeds(Long.parseLong(words[1])) : byTest(Class.forName(words[1]));
        noticed.ifPresent(what -> System.out.println(NOTICED + what));
        System.exit(0); // Whatever a mutant has left running.
    }

    private static Optional<String> bySeeds(long count) {
        for (long from = 1; from <= count; from += SEEDS_AT_A_TIME) {
            SortedMap<Long, String> failures = new ConcurrentSkipListMap<>();
            LongStream.range(from, Math.min(count + 1, from + SEEDS_AT_A_TIME))
                    .parallel()
                    .forEach(seed -> {
                        try {
                            RaftSimulation.run(seed);
                        } catch (SimulationFailure e) {
                            failures.put(seed, briefly(e));
                        }
                    });
            if (!failures.isEmpty()) {
                return Optional.of("seed " + failures.firstKey() + ", " + failures.get(failures.firstKey()));
            }
        }
        return Optional.empty();
    }

    private static Optional<String> byTest(Class<?> test) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(selectClass(test))
                .build();
        SummaryGeneratingListener summary = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request, summary);
        return summary.getSummary().getFailures().stream()
                .map(failure -> test.getSimpleName() + ", "
                        + failure.getTestIdentifier().getDisplayName().replace("()", ""))
                .sorted()
                .findFirst();
    }

    private static String briefly(SimulationFailure failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        String what = String.valueOf(cause.getMessage())
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .findFirst()
                .orElse("");
        return what.length() <= MAX_LENGTH ? what : what.substring(0, MAX_LENGTH - 3) + "...";
    }
}
