package org.uitto.samples.chaos;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.SettingsRefused;
import org.uitto.samples.nemesis.Fault;
import org.uitto.samples.nemesis.Nemesis;
import org.uitto.samples.nemesis.Ongoing;
import org.uitto.samples.nemesis.Operator;
import org.uitto.samples.nemesis.Schedule;
import org.uitto.samples.nemesis.Testbed;

/** One run of the chaos command. Used by one thread. */
final class ChaosRun {
    /**
     * What is asked for.
     *
     * @param lasting how long faults go on
     * @param nemeses which
     * @param nodeCount of how many nodes
     * @param seed what the schedule and the clients' operations are drawn from
     */
    record Plan(Duration lasting, List<Nemesis> nemeses, int nodeCount, long seed) {
        Plan {
            nemeses = List.copyOf(nemeses);
        }
    }

    /** Small segments and frequent snapshots: a full disk is felt, the log cut and a snapshot needed within seconds. */
    private static final String SETTINGS = """
            uitto.journal { segment-size = 128 KiB, reserve = 8 MiB }
            uitto.snapshot-store.reserve = 8 MiB
            uitto.snapshot { after-log-bytes = 512 KiB, retained-log-bytes = 64 KiB }
            """;

    private static final List<String> JAVA_OPTIONS = List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    private static final List<String> NODES = List.of("a", "b", "c", "d", "e");
    private static final Duration HEALTHY_WITHIN = Duration.ofMinutes(2);
    private static final Duration LOOK_EVERY = Duration.ofMillis(100);

    private final Plan plan;
    private final Consumer<String> out;
    private final Map<Nemesis, String> skipped = new EnumMap<>(Nemesis.class);
    private final List<FaultRecord> faults = new ArrayList<>();
    private final long startNanos = System.nanoTime();
    private Optional<Observer> observer = Optional.empty();
    private Optional<Operator> operator = Optional.empty();
    private Optional<String> stall = Optional.empty();

    /** @param out is told what happens, in lines */
    ChaosRun(Plan plan, Consumer<String> out) {
        this.plan = plan;
        this.out = out;
    }

    /**
     * Runs the plan.
     *
     * @throws SettingsRefused if none of the nemeses can be had on this machine
     */
    RunOutcome run() throws InterruptedException {
        LocalCluster.Options options = new LocalCluster.Options(SETTINGS, JAVA_OPTIONS);
        try (Testbed testbed = Testbed.open(
                NODES.subList(0, plan.nodeCount()),
                EnumSet.copyOf(plan.nemeses()),
                Observer.ACTORS,
                options,
                () -> operator)) {
            List<Nemesis> possible = possible(testbed);
            testbed.nodes().forEach(testbed::start);
            try (Load load = new Load(testbed.cluster().clientConfig(), startNanos);
                    Observer looking = new Observer(testbed.cluster(), load.system(), startNanos)) {
                observer = Optional.of(looking);
                operator = Optional.of(new GroupOperator(testbed.cluster(), load.system(), looking));
                return run(testbed, load, looking, possible);
            }
        }
    }

    private List<Nemesis> possible(Testbed testbed) {
        List<Nemesis> possible = new ArrayList<>();
        for (Nemesis nemesis : plan.nemeses()) {
            testbed.missing(nemesis)
                    .ifPresentOrElse(reason -> skipped.put(nemesis, reason), () -> possible.add(nemesis));
        }
        skipped.forEach((nemesis, reason) -> out.accept("skipped: " + nemesis + ": " + reason));
        if (possible.isEmpty()) {
            throw new SettingsRefused("None of these nemeses can be had on this machine: " + plan.nemeses());
        }
        return possible;
    }

    private RunOutcome run(Testbed testbed, Load load, Observer looking, List<Nemesis> possible)
            throws InterruptedException {
        say("seed " + plan.seed() + ": " + testbed.nodes().size() + " nodes, " + possible);
        if (!await(testbed, HEALTHY_WITHIN, looking::isHealthy)) {
            stall = Optional.of("the nodes did not find a leader at the start: " + looking.words());
        }
        load.start(plan.seed());
        Schedule schedule = new Schedule(plan.seed(), possible);
        long endOfFaultsNanos = now() + plan.lasting().toNanos();
        while (stall.isEmpty() && now() < endOfFaultsNanos && !testbed.cluster().hasEnded()) {
            round(testbed, looking, schedule.next());
        }
        load.stop();
        long endNanos = now();
        say("the clients stop");
        List<Check> checks = check(testbed, load, looking);
        if (testbed.cluster().hasEnded()) {
            throw new InterruptedException("the run was ended from outside");
        } else if (!checks.stream().allMatch(Check::isOk)) {
            out.accept(testbed.cluster().lastWords());
        }
        return new RunOutcome(
                plan,
                testbed.nodes(),
                endNanos,
                load.storeOperations(),
                load.counterOperations(),
                faults,
                skipped,
                looking.history(),
                checks);
    }

    private List<Check> check(Testbed testbed, Load load, Observer looking) throws InterruptedException {
        boolean settled = await(testbed, HEALTHY_WITHIN, () -> looking.isHealthy() && looking.haveAppliedTheSame());
        load.readAllKeys();
        OptionalLong counter = load.readCounter();
        boolean alike =
                settled && await(testbed, HEALTHY_WITHIN, looking::haveAppliedTheSame) && looking.haveTheSameState();
        return List.of(
                Checks.linearizable(load.storeOperations()),
                Checks.acknowledgedWritesAreThere(load.storeOperations()),
                Checks.counterIsExact(load.counterOperations(), counter),
                new Check(
                        "replicas are alike",
                        alike,
                        alike ? "the same entries applied, equal checksums of both states" : looking.words()),
                Checks.recovers(faults.size(), stall));
    }

    private void round(Testbed testbed, Observer looking, Schedule.Round round) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(round.quiet().toNanos());
        Optional<String> gone = testbed.nodes().stream()
                .filter(node -> !testbed.cluster().isRunning(node))
                .findFirst();
        if (gone.isPresent()) {
            stall = Optional.of("the process of node " + gone.get() + " ended by itself");
            return;
        }
        List<Long> begun = new ArrayList<>();
        List<Ongoing> ongoing = new ArrayList<>();
        for (Fault fault : round.faults()) {
            begun.add(now());
            Ongoing made = fault.begin(testbed, looking.leader());
            say(made.nemesis() + ": " + made.description());
            ongoing.add(made);
        }
        TimeUnit.NANOSECONDS.sleep(round.lasting().toNanos());
        for (int i = ongoing.size() - 1; i >= 0; i--) {
            ongoing.get(i).undo().run();
        }
        awaitRecovery(testbed, looking, begun, ongoing);
    }

    private void awaitRecovery(Testbed testbed, Observer looking, List<Long> begun, List<Ongoing> ended)
            throws InterruptedException {
        long endNanos = now();
        boolean healthy = await(testbed, HEALTHY_WITHIN, looking::isHealthy);
        long healthyNanos = now();
        for (int i = 0; i < ended.size(); i++) {
            Ongoing each = ended.get(i);
            faults.add(new FaultRecord(
                    each.nemesis(), each.description(), each.nodes(), begun.get(i), endNanos, healthyNanos));
        }
        if (healthy) {
            say("healthy again after %.1f s".formatted((healthyNanos - endNanos) / 1e9));
        } else {
            stall = Optional.of("not healthy " + HEALTHY_WITHIN.toSeconds() + " s after the end of "
                    + ended.stream().map(Ongoing::description).toList() + ": " + looking.words());
        }
    }

    /** Waits until {@code condition} is so, and does meanwhile what an operator does: starts nodes that have ended or halted. */
    private boolean await(Testbed testbed, Duration patience, BooleanSupplier condition) throws InterruptedException {
        Observer looking = observer.orElseThrow();
        long deadlineNanos = now() + patience.toNanos();
        long seenFor = looking.lookCount() + 2;
        while (looking.lookCount() < seenFor || !condition.getAsBoolean()) {
            if (now() > deadlineNanos || testbed.cluster().hasEnded()) {
                return false;
            }
            for (String node : testbed.nodes()) {
                if (!testbed.cluster().isRunning(node)) {
                    testbed.start(node);
                } else if (looking.lookCount() >= seenFor && looking.hasHalted(node)) {
                    say("node " + node + " takes no part any more; it is started again");
                    testbed.restart(node);
                    seenFor = looking.lookCount() + 2;
                }
            }
            TimeUnit.NANOSECONDS.sleep(LOOK_EVERY.toNanos());
        }
        return true;
    }

    private long now() {
        return System.nanoTime() - startNanos;
    }

    private void say(String line) {
        out.accept("[%6.1f s] %s".formatted(now() / 1e9, line));
    }
}
