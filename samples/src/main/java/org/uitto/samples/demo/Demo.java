package org.uitto.samples.demo;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.uitto.Raft;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.samples.cluster.ClosedLoop;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.LoopbackPorts;
import org.uitto.samples.cluster.Replicas;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.cluster.SampleSystem;
import org.uitto.samples.counter.Counter;
import org.uitto.samples.web.WebAddress;

/** One run of the demo. */
final class Demo {
    /**
     * What to do.
     *
     * @param seconds how long to write
     * @param killEverySeconds how often to kill the leader; 0 is never
     * @param inFlight how many commands the client has under way
     * @param exactly how many additions to make instead of writing for a time, each of which must count once; 0 for none
     * @param stay whether to write until Enter is pressed instead
     */
    record Plan(int seconds, int killEverySeconds, int inFlight, long exactly, boolean stay) {}

    private static final Duration OBSERVE_EVERY = Duration.ofMillis(100);
    private static final Duration ANSWER_WITHIN = Duration.ofMillis(500);
    private static final Duration COMMAND_WITHIN = Duration.ofSeconds(30);
    private static final Duration SETTLE_WITHIN = Duration.ofMinutes(2);
    private static final Duration AWAY_AT_MOST = Duration.ofSeconds(5);
    private static final long SHOW_LIVE_NANOS = Duration.ofMillis(250).toNanos();
    private static final long SHOW_PLAIN_NANOS = Duration.ofSeconds(1).toNanos();

    private final Plan plan;
    private final Screen screen;
    private final Tally tally = new Tally();
    private long startNanos = System.nanoTime();

    // What the next look at the cluster goes by.
    private Replicas replicas = Replicas.unknown();
    private Optional<String> victim = Optional.empty();
    private long killedAtNanos;
    private int failoversShown;
    private long shownAtNanos = startNanos;
    private long shownAcknowledged;

    Demo(Plan plan, Screen screen) {
        this.plan = plan;
        this.screen = screen;
    }

    /** Whether all went well. */
    boolean run() throws InterruptedException {
        WebAddress page = new WebAddress("127.0.0.1", LoopbackPorts.one());
        try (LocalCluster cluster = DemoPages.newCluster(page)) {
            Mischief mischief = new Mischief(cluster);
            screen.say("Three nodes, each in a process of its own with a log on disk, and a client with "
                    + plan.inFlight() + " commands in flight.");
            cluster.startAll();
            ActorSystem<Void> client = SampleSystem.startClient(SampleSystem.load(cluster.clientConfig()));
            try {
                Verdict verdict = run(cluster, client, mischief, page);
                if (!verdict.isOk()) {
                    screen.say(cluster.lastWords());
                }
                screen.say(verdict.toString());
                return verdict.isOk();
            } catch (TimeoutException e) {
                if (cluster.hasEnded()) {
                    screen.say("verdict: none, the demo was interrupted");
                    return false;
                }
                screen.say(cluster.lastWords());
                screen.say("verdict: failed because=\"" + e.getMessage() + "\"");
                return false;
            } finally {
                SampleSystem.stop(client);
            }
        }
    }

    private Verdict run(LocalCluster cluster, ActorSystem<Void> client, Mischief mischief, WebAddress page)
            throws InterruptedException, TimeoutException {
        await(cluster, client, "the nodes did not find a leader", () -> replicas.areComplete());
        startNanos = System.nanoTime();
        screen.event(0, "ready: " + replicas.leader().orElse("nobody") + " leads");
        DemoPages.serve(client, page, cluster, mischief);
        screen.say("The cluster at work, with buttons:  " + page.url() + "/cluster/");
        screen.say("A chat on the same nodes:           " + cluster.pages("a") + "/chat/");
        if (plan.stay()) {
            screen.say("Enter ends it.");
        }
        ActorRef<Counter.Command> counter = Raft.get(client).ref(Counter.Command.class, Counter.NAME);
        ClosedLoop<Counter.Command, Counter.Value> writer =
                new ClosedLoop<>(client, counter, replyTo -> new Counter.Add(1, replyTo), COMMAND_WITHIN, tally);
        writer.start(plan.inFlight(), plan.exactly() > 0 ? plan.exactly() : Long.MAX_VALUE);
        write(cluster, client, mischief);
        screen.event(seconds(), "the client stops; what is under way ends");
        join(writer.stop(), "the client's last commands did not end");
        long value = join(
                        AskPattern.ask(counter, Counter.Get::new, COMMAND_WITHIN, client.scheduler())
                                .toCompletableFuture(),
                        "the counter could not be read")
                .value();
        await(cluster, client, "the replicas did not apply the same entries", () -> replicas.haveAppliedTheSame());
        screen.event(
                seconds(),
                "all replicas have applied "
                        + replicas.of("a").map(ReplicaStatus::appliedIndex).orElse(0L)
                        + " entries, and their states are " + (replicas.haveSameState() ? "the same" : "different"));
        return plan.exactly() > 0
                ? Verdict.exactly(plan.exactly(), tally, value, replicas.haveSameState())
                : Verdict.of(tally, value, replicas.haveSameState());
    }

    /** Lets the client write and the leaders die, until it is time to end and no failover is under way. */
    private void write(LocalCluster cluster, ActorSystem<Void> client, Mischief mischief)
            throws InterruptedException, TimeoutException {
        long killNanos = startNanos + TimeUnit.SECONDS.toNanos(plan.killEverySeconds());
        BooleanSupplier isOver = end(cluster);
        while (!isOver.getAsBoolean()) {
            look(cluster, client);
            mischief.news().forEach(news -> screen.event(seconds(), news));
            if (plan.killEverySeconds() > 0
                    && System.nanoTime() - killNanos >= 0
                    && victim.isEmpty()
                    && mischief.isMended()
                    && replicas.areComplete()) {
                kill(cluster, replicas.leader().orElseThrow());
                killNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(plan.killEverySeconds());
            }
        }
        mischief.end();
        boolean writesOn = plan.exactly() == 0;
        await(
                cluster,
                client,
                "the last failover did not end",
                () -> !(writesOn && tally.isFailingOver()) && victim.isEmpty());
    }

    /** Whether it is time to end: by Enter, by what was done, or by the clock. */
    private BooleanSupplier end(LocalCluster cluster) {
        if (plan.exactly() > 0) {
            return () -> tally.counts().total() >= plan.exactly();
        } else if (plan.stay()) {
            CompletableFuture<Void> entered = Screen.enter();
            return () -> entered.isDone() || cluster.hasEnded();
        }
        long endNanos = startNanos + TimeUnit.SECONDS.toNanos(plan.seconds());
        return () -> System.nanoTime() - endNanos >= 0;
    }

    private void kill(LocalCluster cluster, String leader) {
        long term = replicas.of(leader).map(status -> status.group().term()).orElse(0L);
        long pid = cluster.pid(leader);
        killedAtNanos = System.nanoTime();
        cluster.kill(leader);
        tally.killed(killedAtNanos);
        victim = Optional.of(leader);
        screen.event(seconds(), "kill -9 " + pid + ": " + leader + ", the leader of term " + term);
    }

    /** Looks at the cluster, shows it, and brings back who was killed once the others have gone on. */
    private void look(LocalCluster cluster, ActorSystem<Void> client) throws InterruptedException, TimeoutException {
        CompletableFuture<Replicas> asked = Replicas.ask(client, cluster, SampleActor.COUNTER, ANSWER_WITHIN);
        TimeUnit.NANOSECONDS.sleep(OBSERVE_EVERY.toNanos());
        replicas = join(asked, "the nodes could not be asked how they are");
        if (tally.failovers().size() > failoversShown) {
            Duration took = tally.failovers().get(failoversShown++);
            screen.event(
                    seconds(),
                    "failover took " + took.toMillis() + " ms"
                            + replicas.leader().map(id -> ": " + id + " leads").orElse(""));
        }
        bringBack(cluster);
        show();
    }

    private void bringBack(LocalCluster cluster) {
        boolean awayTooLong = System.nanoTime() - killedAtNanos > AWAY_AT_MOST.toNanos();
        if (victim.isPresent() && (!tally.isFailingOver() || awayTooLong)) {
            String node = victim.get();
            cluster.start(node);
            victim = Optional.empty();
            screen.event(seconds(), node + " is started again, pid " + cluster.pid(node));
        }
    }

    private void show() {
        long now = System.nanoTime();
        long sinceNanos = now - shownAtNanos;
        if (sinceNanos >= (screen.isLive() ? SHOW_LIVE_NANOS : SHOW_PLAIN_NANOS)) {
            Tally.Counts counts = tally.counts();
            long perSecond = (counts.acknowledged() - shownAcknowledged) * TimeUnit.SECONDS.toNanos(1) / sinceNanos;
            screen.show(seconds(), replicas, counts, perSecond);
            shownAtNanos = now;
            shownAcknowledged = counts.acknowledged();
        }
    }

    private void await(LocalCluster cluster, ActorSystem<Void> client, String otherwise, BooleanSupplier condition)
            throws InterruptedException, TimeoutException {
        long deadlineNanos = System.nanoTime() + SETTLE_WITHIN.toNanos();
        do {
            look(cluster, client);
            Optional<String> lost = LocalCluster.NODES.stream()
                    .filter(node -> !cluster.isRunning(node) && !victim.equals(Optional.of(node)))
                    .findFirst();
            if (lost.isPresent()) {
                throw new TimeoutException("the process of node " + lost.get() + " ended by itself");
            } else if (System.nanoTime() - deadlineNanos > 0) {
                throw new TimeoutException(otherwise + " within " + SETTLE_WITHIN.toSeconds() + " s");
            }
        } while (!condition.getAsBoolean());
    }

    private static <T> T join(CompletableFuture<T> future, String otherwise)
            throws InterruptedException, TimeoutException {
        try {
            return future.get(SETTLE_WITHIN.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw (TimeoutException) new TimeoutException(otherwise + ": " + e.getCause()).initCause(e);
        } catch (TimeoutException e) {
            throw (TimeoutException)
                    new TimeoutException(otherwise + " within " + SETTLE_WITHIN.toSeconds() + " s").initCause(e);
        }
    }

    private double seconds() {
        return (System.nanoTime() - startNanos) / 1e9;
    }
}
