package org.uitto.samples.clusterpage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.uitto.Raft;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.samples.clusterpage.GroupRecord.Happening;
import org.uitto.samples.clusterpage.GroupRecord.Sample;

/**
 * One browser that watches a group of this node. It is told what is new when it has room for that, so nothing piles up for a
 * slow one. Asked by one thread at a time.
 */
final class Onlooker {
    private static final long SIGN_OF_LIFE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final String node;
    private final NodeRecord record;
    private final String group;
    private final Traffic traffic;
    private final Runnable endOfTap;
    private boolean greeted;
    private long toldAtNanos;
    private List<ReplicaStatus> toldSummaries = List.of();
    private @Nullable ReplicaStatus toldStatus;
    private long toldSampleMillis;
    private long toldHappening;

    /**
     * An onlooker, until {@link #close}.
     *
     * @param group which group it watches; it may come later, or never
     */
    Onlooker(Raft raft, NodeRecord record, String group) {
        this.node = raft.node().orElseThrow().value();
        this.record = record;
        this.group = group;
        this.traffic = new Traffic(group);
        this.endOfTap = raft.tap(traffic);
    }

    /** What has happened since it was last asked, or that nothing has; empty if that need not be said yet. */
    Optional<String> news(long nowNanos, long nowMillis) {
        boolean isDue = !greeted || nowNanos - toldAtNanos >= SIGN_OF_LIFE_NANOS;
        ObjectNode news = PageJson.object();
        traffic.drainTo(news);
        putStatus(news);
        putHappenings(news);
        if (isDue) {
            putSummaries(news);
            putSamples(news);
        }
        if (news.isEmpty() && !isDue) {
            return Optional.empty();
        }
        if (isDue) {
            toldAtNanos = nowNanos;
            greeted = true;
        }
        return Optional.of(
                news.put("node", node).put("group", group).put("at", nowMillis).toString());
    }

    private void putStatus(ObjectNode news) {
        ReplicaStatus status =
                record.of(group, GroupRecord::status).flatMap(known -> known).orElse(null);
        if (status != null && !status.equals(toldStatus)) {
            toldStatus = status;
            PageJson.putStatus(news.putObject("status"), status);
        }
    }

    private void putHappenings(ObjectNode news) {
        List<Happening> happenings =
                record.of(group, known -> known.happeningsAfter(toldHappening)).orElse(List.of());
        if (!happenings.isEmpty()) {
            ArrayNode list = news.putArray("happenings");
            happenings.forEach(happening -> PageJson.putHappening(list.addObject(), happening));
            toldHappening = happenings.get(happenings.size() - 1).number();
        }
    }

    private void putSummaries(ObjectNode news) {
        List<ReplicaStatus> summaries = record.statuses();
        if (!summaries.equals(toldSummaries)) {
            toldSummaries = summaries;
            ArrayNode list = news.putArray("groups");
            summaries.forEach(status -> PageJson.putSummary(list.addObject(), status));
        }
    }

    private void putSamples(ObjectNode news) {
        List<Sample> samples =
                record.of(group, known -> known.samplesAfter(toldSampleMillis)).orElse(List.of());
        if (!samples.isEmpty()) {
            ArrayNode list = news.putArray("samples");
            samples.forEach(sample -> PageJson.putSample(list.addObject(), sample));
            toldSampleMillis = samples.get(samples.size() - 1).atMillis();
        }
        ObjectNode latency = PageJson.object();
        traffic.drainLatenciesTo(latency);
        if (!latency.isEmpty()) {
            news.set("latency", latency);
        }
    }

    /** Ends it. */
    void close() {
        endOfTap.run();
    }
}
