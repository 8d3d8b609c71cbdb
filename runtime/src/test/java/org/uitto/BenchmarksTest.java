package org.uitto;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collection;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.uitto.core.RulesBenchmark;
import org.uitto.replicated.CommandPathBenchmark;

/** The benchmarks of single parts can be run; what they measure is for whoever runs them. */
class BenchmarksTest {
    @ParameterizedTest
    @ValueSource(classes = {CommandPathBenchmark.class, RulesBenchmark.class})
    void run(Class<?> benchmark) throws Exception {
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(benchmark.getName() + "\\..*")
                        .forks(0)
                        .warmupIterations(0)
                        .measurementIterations(1)
                        .measurementTime(TimeValue.milliseconds(10))
                        .shouldFailOnError(true)
                        .verbosity(VerboseMode.SILENT)
                        .build())
                .run();

        assertTrue(results.size() > 1, "Only " + results.size() + " benchmarks of " + benchmark);
    }
}
