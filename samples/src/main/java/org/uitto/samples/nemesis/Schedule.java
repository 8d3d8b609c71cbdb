package org.uitto.samples.nemesis;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.uitto.samples.nemesis.Victims.Who;

/**
 * What is going to happen, without end, drawn from a seed: the same seed and nemeses give the same rounds. A pure function
 * of both; who leads, and so who suffers, is known only when a round begins.
 */
public final class Schedule {
    /** Of so many rounds one has a second fault at the same time. */
    private static final int ROUNDS_PER_PAIR = 4;

    private static final Set<Nemesis> PROCESS =
            Set.of(Nemesis.KILL, Nemesis.PAUSE, Nemesis.SLOW_FSYNC, Nemesis.FULL_DISK, Nemesis.FAILING_FSYNC);
    private static final Set<Nemesis> LINKS =
            Set.of(Nemesis.PARTITION, Nemesis.BRIDGE, Nemesis.ONE_WAY, Nemesis.SLOW_LINK, Nemesis.LOSSY_LINK);

    private final Random random;
    private final List<Nemesis> nemeses;
    private final List<Nemesis> deck = new ArrayList<>();

    /**
     * One round: some quiet, a fault, perhaps a second one with it, and both are over after {@code lasting}.
     *
     * @param quiet how long nothing happens first
     */
    public record Round(Duration quiet, Fault fault, Optional<Fault> second, Duration lasting) {
        /** What happens, in this order. */
        public List<Fault> faults() {
            return second.map(other -> List.of(fault, other)).orElse(List.of(fault));
        }
    }

    /** The rounds of {@code nemeses}, at least one of them. */
    public Schedule(long seed, List<Nemesis> nemeses) {
        this.random = new Random(seed);
        this.nemeses = List.copyOf(nemeses);
    }

    /** The next round. Each nemesis has its turn before one comes again. */
    public Round next() {
        Nemesis nemesis = deal();
        Fault fault = draw(nemesis);
        List<Nemesis> partners = nemeses.stream()
                .filter(other -> goTogether(nemesis, other) || goTogether(other, nemesis))
                .toList();
        boolean pair = random.nextInt(ROUNDS_PER_PAIR) == 0 && !partners.isEmpty();
        Optional<Fault> second =
                pair ? Optional.of(draw(partners.get(random.nextInt(partners.size())))) : Optional.empty();
        return new Round(seconds(1, 4), fault, second, seconds(2, 9));
    }

    private static boolean goTogether(Nemesis process, Nemesis link) {
        return PROCESS.contains(process) && LINKS.contains(link);
    }

    private Nemesis deal() {
        if (deck.isEmpty()) {
            deck.addAll(nemeses);
            Collections.shuffle(deck, random);
        }
        return deck.remove(deck.size() - 1);
    }

    private Fault draw(Nemesis nemesis) {
        return switch (nemesis) {
            case KILL ->
                new Fault.Kill(victims(Who.LEADER, Who.LEADER, Who.FOLLOWER, Who.MINORITY, Who.MAJORITY, Who.ALL));
            case PAUSE -> new Fault.Pause(victims(Who.LEADER, Who.LEADER, Who.FOLLOWER, Who.MINORITY, Who.MAJORITY));
            case ROLLING_RESTART -> new Fault.RollingRestart(seconds(1, 2));
            case WIPE -> new Fault.Wipe(victims(Who.LEADER, Who.FOLLOWER));
            case ROLLBACK -> new Fault.Rollback(victims(Who.LEADER, Who.FOLLOWER));
            case MEMBERS -> new Fault.Leave(victims(Who.LEADER, Who.FOLLOWER), random.nextBoolean());
            case PARTITION ->
                new Fault.Cut(
                        nemesis, new Topology.Halves(victims(Who.LEADER, Who.LEADER, Who.MINORITY, Who.FOLLOWER)));
            case BRIDGE -> new Fault.Cut(nemesis, new Topology.Bridge(random.nextLong()));
            case ONE_WAY ->
                new Fault.Cut(nemesis, new Topology.OneWay(victims(Who.LEADER, Who.FOLLOWER), random.nextBoolean()));
            case SLOW_LINK ->
                new Fault.BadLinks(
                        nemesis,
                        victims(Who.LEADER, Who.FOLLOWER, Who.ALL),
                        new LinkQuality(5 + random.nextInt(60), 1 + random.nextInt(60), 0));
            case LOSSY_LINK ->
                new Fault.BadLinks(
                        nemesis,
                        victims(Who.LEADER, Who.FOLLOWER, Who.ALL),
                        new LinkQuality(0, 0, 2 + random.nextInt(24)));
            case FULL_DISK -> new Fault.FullDisk(victims(Who.LEADER, Who.FOLLOWER));
            case POWER_LOSS -> new Fault.PowerLoss(victims(Who.LEADER, Who.FOLLOWER, Who.MAJORITY, Who.ALL));
            case FAILING_FSYNC -> new Fault.FailingSync(victims(Who.LEADER, Who.FOLLOWER));
            case SLOW_FSYNC ->
                new Fault.SlowSync(
                        victims(Who.LEADER, Who.FOLLOWER, Who.ALL), Duration.ofMillis(20L << random.nextInt(8)));
        };
    }

    private Victims victims(Who... candidates) {
        return new Victims(candidates[random.nextInt(candidates.length)], random.nextLong());
    }

    private Duration seconds(int least, int most) {
        return Duration.ofMillis(1000L * least + random.nextInt(1000 * (most - least)));
    }
}
