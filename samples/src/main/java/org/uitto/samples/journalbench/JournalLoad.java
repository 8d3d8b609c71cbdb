package org.uitto.samples.journalbench;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import scala.concurrent.Await;

/** An actor system whose persistent actors write to a journal. */
final class JournalLoad implements Load {
    private static final long ANSWER_WITHIN_SECONDS = 60;

    private final ActorSystem system;
    private final List<ActorRef> actors = new ArrayList<>();

    /** Starts the actors; {@code folder} is the default journal's. */
    JournalLoad(String plugin, Path folder, Work work) {
        Config config = ConfigFactory.parseMap(Map.of(
                "pekko.persistence.journal.plugin",
                plugin,
                "pekko.persistence.snapshot-store.plugin",
                "pekko.persistence.no-snapshot-store",
                "pekko.loglevel",
                "WARNING",
                "uitto.journal.directory",
                folder.toString(),
                NoJournal.PLUGIN + ".class",
                NoJournal.class.getName(),
                NoJournal.PLUGIN + ".plugin-dispatcher",
                "pekko.actor.default-dispatcher"));
        system = ActorSystem.create("journal-bench", ConfigFactory.load(config));
        byte[] event = new byte[work.eventBytes()];
        ThreadLocalRandom.current().nextBytes(event);
        int actorCount = work.shape().actors(work.writers());
        for (int i = 0; i < actorCount; i++) {
            int share = work.writers() / actorCount + (i < work.writers() % actorCount ? 1 : 0);
            actors.add(system.actorOf(Writer.props("writer-" + i, work.shape(), share, event)));
        }
    }

    @Override
    public Measurement run(Duration duration) throws InterruptedException, TimeoutException {
        Writer.Run run = new Writer.Run(actors.size());
        Duration cpuBefore = CpuClock.now();
        long startNanos = System.nanoTime();
        actors.forEach(actor -> actor.tell(new Writer.Begin(run), ActorRef.noSender()));
        TimeUnit.NANOSECONDS.sleep(duration.toNanos());
        Measurement measured = new Measurement(
                run.latencyNanos.getIntervalHistogram(),
                Duration.ofNanos(System.nanoTime() - startNanos),
                CpuClock.now().minus(cpuBefore));
        run.isOver = true;
        if (!run.ended.await(ANSWER_WITHIN_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException("not all writes were answered within " + ANSWER_WITHIN_SECONDS + " s");
        }
        return measured;
    }

    @Override
    public void stop() throws InterruptedException, TimeoutException {
        system.terminate();
        Await.ready(
                system.whenTerminated(),
                scala.concurrent.duration.Duration.create(ANSWER_WITHIN_SECONDS, TimeUnit.SECONDS));
    }
}
