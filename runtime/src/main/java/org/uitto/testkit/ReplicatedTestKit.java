package org.uitto.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigResolveOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.uitto.replicated.ReplicatedBehavior;

/**
 * Runs a replicated actor of yours on a simulated cluster, again and again, and finds out whether it keeps its word: real
 * actors, Raft and serialization, on a virtual clock, with simulated networks, disks and clocks that fail as the seed
 * wants. Needs no test framework.
 *
 * <pre>{@code
 * ReplicatedTestKit.of("counter", Counter::new)
 *         .nodes(3)
 *         .clients(4)
 *         .commands((random, replyTo) -> random.chance(0.7)
 *                 ? new Counter.Add(random.between(-9, 9), replyTo.narrow())
 *                 : new Counter.Get(replyTo.narrow()))
 *         .faults(Faults.random())
 *         .seeds(1, 200)
 *         .check(Models.sequential());
 * }</pre>
 *
 * <p>Each seed is one run: clients send commands while faults strike; then everything is mended, the replicas must come to
 * agree, every client must get a reply, and the history of all commands must be linearizable. Every call of a handler is
 * examined on the way: whether it changes a state, whether an event comes to the same twice, whether anything is told
 * before its event is committed. A run that fails is made as short as it will get and ends in a {@link TestKitFailure}
 * that says what is wrong, with the story as a sequence diagram.
 *
 * <p>Instances are immutable: each method returns another kit. Serialization is as {@code application.conf} on the class
 * path says, under {@code uitto.kryo} and {@code pekko.actor}; nothing else of it is read.
 */
public final class ReplicatedTestKit<Command, Event, State> {
    private static final int SHRINKING_RUNS = 250;
    private static final int SHRINKING_ORDERS = 3;
    private static final List<String> SERIALIZATION = List.of(
            "uitto.kryo",
            "pekko.actor.serializers",
            "pekko.actor.serialization-bindings",
            "pekko.actor.serialization-identifiers");

    private final KitSettings<Command, Event, State> settings;
    private final long firstSeed;
    private final long lastSeed;
    private final @Nullable Path diagrams;

    private ReplicatedTestKit(
            KitSettings<Command, Event, State> settings, long firstSeed, long lastSeed, @Nullable Path diagrams) {
        this.settings = settings;
        this.firstSeed = firstSeed;
        this.lastSeed = lastSeed;
        this.diagrams = diagrams;
    }

    /**
     * A kit for a replicated actor, on three nodes, without faults, for seeds 1 to 100.
     *
     * @param name what it is called in messages
     * @param factory makes its behavior, anew for each replica
     */
    public static <Command, Event, State> ReplicatedTestKit<Command, Event, State> of(
            String name, Supplier<? extends ReplicatedBehavior<Command, Event, State>> factory) {
        KitSettings<Command, Event, State> settings = new KitSettings<>(
                name,
                factory::get,
                3,
                3,
                20,
                Optional.empty(),
                Faults.none(),
                true,
                Optional.empty(),
                SimulationConfig.of(serialization()));
        return new ReplicatedTestKit<>(settings, 1, 100, null);
    }

    private static Config serialization() {
        Config application = ConfigFactory.parseResources(ReplicatedTestKit.class.getClassLoader(), "application.conf")
                .resolve(ConfigResolveOptions.defaults().setAllowUnresolved(true));
        Config kept = ConfigFactory.empty();
        for (String path : SERIALIZATION) {
            if (application.hasPath(path)) {
                kept = kept.withValue(path, application.getValue(path));
            }
        }
        return kept;
    }

    private ReplicatedTestKit<Command, Event, State> with(KitSettings<Command, Event, State> changed) {
        return new ReplicatedTestKit<>(changed, firstSeed, lastSeed, diagrams);
    }

    /** On how many nodes the actor lives, from 1 to 7. */
    public ReplicatedTestKit<Command, Event, State> nodes(int count) {
        requireRange("nodes", count, 1, 7);
        return with(settings.withNodeCount(count));
    }

    /** How many clients send commands, from 1 to 50, each from a machine of its own. */
    public ReplicatedTestKit<Command, Event, State> clients(int count) {
        requireRange("clients", count, 1, 50);
        return with(settings.withClientCount(count));
    }

    /** What clients send, and that each sends 20 of it in a run, one after the other. */
    public ReplicatedTestKit<Command, Event, State> commands(CommandGenerator<Command> generator) {
        return commands(20, generator);
    }

    /** What clients send. The last two of {@code countEach}, at least 3, come after all faults are over. */
    public ReplicatedTestKit<Command, Event, State> commands(int countEach, CommandGenerator<Command> generator) {
        requireRange("commands", countEach, 3, 10_000);
        return with(settings.withCommands(countEach, generator));
    }

    /** What goes wrong. */
    public ReplicatedTestKit<Command, Event, State> faults(Faults faults) {
        return with(settings.withFaults(faults));
    }

    /** What happens first in each run, step by step, before the clients' commands of a generator are waited for. */
    public ReplicatedTestKit<Command, Event, State> script(Consumer<ScriptedRun<Command>> script) {
        return with(settings.withScript(script));
    }

    /** The seeds to run, both inclusive. */
    public ReplicatedTestKit<Command, Event, State> seeds(long first, long last) {
        if (last < first) {
            throw new IllegalArgumentException("There are no seeds from " + first + " to " + last);
        }
        return new ReplicatedTestKit<>(settings, first, last, diagrams);
    }

    /**
     * Configuration of the simulated actor systems, before that of {@code application.conf}; in the first place the
     * serialization of classes that only the test knows.
     */
    public ReplicatedTestKit<Command, Event, State> config(Config config) {
        return with(settings.withConfig(SimulationConfig.of(config.withFallback(serialization()))));
    }

    /** Leaves the calls of handlers unexamined; only what clients see and what replicas come to counts. */
    public ReplicatedTestKit<Command, Event, State> withoutExamination() {
        return with(settings.unexamined());
    }

    /** Has the diagrams of a failure written to {@code folder}, as {@code <name>-<seed>.txt} and {@code .svg}. */
    public ReplicatedTestKit<Command, Event, State> diagramsIn(Path folder) {
        return new ReplicatedTestKit<>(settings, firstSeed, lastSeed, folder);
    }

    /**
     * Runs all seeds, one after the other on the calling thread.
     *
     * @param semantics what the actor has to look like from outside
     * @throws TestKitFailure at the first seed that shows something wrong, once its story is as short as it gets
     */
    public TestKitReport check(SequentialSemantics<Command> semantics) {
        Tally tally = new Tally();
        List<HandlerExaminer.Applied<Event, State>> earliest = List.of();
        for (long seed = firstSeed; seed <= lastSeed; seed++) {
            KitRun.Outcome<Event, State> outcome = run(settings.plan(seed), semantics);
            if (outcome.finding().isPresent()) {
                throw shrunk(outcome, semantics);
            }
            tally.add(outcome);
            earliest = seed == firstSeed ? outcome.applied() : earliest;
        }
        if (settings.examines()) {
            applyAgain(earliest);
        }
        return tally.report();
    }

    /**
     * Runs one seed, or the short story of a failure, step by step the same as before. All of the cluster runs on the
     * calling thread, and its clock stands still while that does, so a breakpoint in a handler stops everything and
     * nothing times out.
     *
     * @param token a seed, or what {@link TestKitFailure#token} has named
     * @throws TestKitFailure if something is wrong in it
     * @return what happened, if nothing is
     */
    public Story replay(String token, SequentialSemantics<Command> semantics) {
        RunPlan drawn = settings.plan(seedOf(token));
        RunPlan plan = token.contains(":") ? drawn.select(token) : drawn;
        KitRun.Outcome<Event, State> outcome = run(plan, semantics);
        outcome.finding().ifPresent(finding -> {
            throw failure(finding, drawn, outcome);
        });
        return outcome.story();
    }

    private static long seedOf(String token) {
        try {
            return Long.parseLong(token.split(":", 2)[0]);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "\"" + token + "\" is neither a seed nor what a failure has named, such as 7:0:calm:1.5:2", e);
        }
    }

    private KitRun.Outcome<Event, State> run(RunPlan plan, SequentialSemantics<Command> semantics) {
        return new KitRun<>(settings, plan, semantics).run();
    }

    private TestKitFailure shrunk(KitRun.Outcome<Event, State> failed, SequentialSemantics<Command> semantics) {
        Finding.Kind kind = failed.finding().orElseThrow().kind();
        Shrinker<KitRun.Outcome<Event, State>> shrinker = new Shrinker<>(
                failed.plan(),
                failed,
                kind.dependsOnOrder() ? SHRINKING_ORDERS : 1,
                SHRINKING_RUNS,
                candidate -> Optional.of(run(candidate, semantics))
                        .filter(outcome -> outcome.finding()
                                .filter(finding -> finding.kind() == kind)
                                .isPresent()));
        shrinker.shrink();
        KitRun.Outcome<Event, State> shortest = shrinker.result();
        return failure(shortest.finding().orElseThrow(), failed.plan(), shortest);
    }

    private TestKitFailure failure(Finding finding, RunPlan drawn, KitRun.Outcome<Event, State> outcome) {
        writeDiagrams(drawn.seed(), outcome.story());
        return new TestKitFailure(settings.name(), finding, drawn, outcome.plan(), outcome.story());
    }

    private void writeDiagrams(long seed, Story story) {
        if (diagrams == null) {
            return;
        }
        try {
            Files.createDirectories(diagrams);
            String name = settings.name().replaceAll("[^A-Za-z0-9_-]", "_") + "-" + seed;
            Files.writeString(diagrams.resolve(name + ".txt"), story.text());
            Files.writeString(diagrams.resolve(name + ".svg"), story.svg());
        } catch (IOException e) {
            throw new UncheckedIOException("The diagrams can't be written to " + diagrams, e);
        }
    }

    /** The first seed's events again, now that some time has passed: for handlers that look at a clock of few ticks. */
    private void applyAgain(List<HandlerExaminer.Applied<Event, State>> applied) {
        World world = World.ofSeed(firstSeed);
        UserValues values = new UserValues(world.boot(settings.config()).system());
        List<Finding> found = new ArrayList<>();
        KitRun.reapply(settings, values, applied, "after all seeds had run", found);
        if (!found.isEmpty()) {
            RunPlan plan = settings.plan(firstSeed);
            throw new TestKitFailure(settings.name(), found.get(0), plan, plan, new Story(List.of()));
        }
    }

    private static void requireRange(String what, int count, int least, int most) {
        if (count < least || count > most) {
            throw new IllegalArgumentException("There can be " + least + " to " + most + " " + what + ", not " + count);
        }
    }

    /** Adds runs up. */
    private static final class Tally {
        private int seedCount;
        private int answeredCount;
        private int unknownCount;
        private int undecidedCount;
        private final Map<Faults.Kind, Integer> faults = new EnumMap<>(Faults.Kind.class);

        void add(KitRun.Outcome<?, ?> outcome) {
            seedCount++;
            answeredCount += outcome.answeredCount();
            unknownCount += outcome.unknownCount();
            undecidedCount += outcome.isUndecided() ? 1 : 0;
            outcome.faults().forEach((kind, count) -> faults.merge(kind, count, Integer::sum));
        }

        TestKitReport report() {
            return new TestKitReport(seedCount, answeredCount, unknownCount, undecidedCount, faults);
        }
    }
}
