package org.uitto.samples.clusterpage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.uitto.ProtocolEvent;
import org.uitto.ProtocolEvent.Direction;
import org.uitto.ProtocolEvent.LogMoved;
import org.uitto.ProtocolEvent.Message;
import org.uitto.log.LogPosition;

/**
 * Sums up what happens in one group between two looks at it. However much that is, the sum has no more parts than there are
 * peers and types of messages. Thread-safe.
 */
final class Traffic implements Consumer<ProtocolEvent> {
    private static final int MAX_LANES = 256;
    private static final int MAX_TURNS = 32;

    private record Lane(Direction direction, String peer, String type, boolean refused) {}

    private static final class Load {
        private long count;
        private long entries;
    }

    private final String group;
    private final Map<Lane, Load> lanes = new LinkedHashMap<>();
    private final List<LogPosition> turns = new ArrayList<>();
    private final Latencies latencies = new Latencies();
    private @Nullable LogMoved log;
    private boolean logHasMoved;

    Traffic(String group) {
        this.group = group;
    }

    @Override
    public void accept(ProtocolEvent event) {
        if (!event.group().value().equals(group)) {
            return;
        } else if (event instanceof Message message) {
            onMessage(message, System.nanoTime());
        } else if (event instanceof LogMoved moved) {
            onLog(moved);
        }
    }

    private synchronized void onMessage(Message message, long nowNanos) {
        latencies.see(message, nowNanos);
        Lane lane = new Lane(message.direction(), message.peer().value(), message.type(), message.refused());
        if (lanes.size() < MAX_LANES || lanes.containsKey(lane)) {
            Load load = lanes.computeIfAbsent(lane, added -> new Load());
            load.count++;
            load.entries += message.entryCount();
        }
    }

    private synchronized void onLog(LogMoved moved) {
        LogMoved before = log;
        if (before != null && before.last().term() != moved.last().term() && turns.size() < MAX_TURNS) {
            turns.add(before.last());
        }
        log = moved;
        logHasMoved = true;
    }

    /** Puts in what has happened since it was last asked, and forgets it. */
    synchronized void drainTo(ObjectNode news) {
        if (!lanes.isEmpty()) {
            ArrayNode list = news.putArray("messages");
            lanes.forEach((lane, load) -> list.addArray()
                    .add(lane.direction().name().toLowerCase(Locale.ROOT))
                    .add(lane.peer())
                    .add(lane.type())
                    .add(lane.refused())
                    .add(load.count)
                    .add(load.entries));
            lanes.clear();
        }
        if (log != null && logHasMoved) {
            ObjectNode moved =
                    news.putObject("log").put("durable", log.durable().index()).put("commit", log.commitIndex());
            put(moved.putArray("last"), log.last());
            ArrayNode ends = moved.putArray("turns");
            turns.forEach(end -> put(ends.addArray(), end));
            turns.clear();
            logHasMoved = false;
        }
    }

    synchronized void drainLatenciesTo(ObjectNode latency) {
        latencies.drainTo(latency);
    }

    private static void put(ArrayNode array, LogPosition position) {
        array.add(position.index()).add(position.term());
    }
}
