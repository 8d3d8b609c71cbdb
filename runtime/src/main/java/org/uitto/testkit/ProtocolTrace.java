package org.uitto.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.uitto.core.PeerMessage;
import org.uitto.log.NodeId;

/** The protocol trace of one group, gathered as its nodes decide: all nodes in one list, in causal order. */
final class ProtocolTrace {
    private final List<String> numbers;
    private final Map<NodeId, String> numberOf = new HashMap<>();
    private final int maxCount;
    private final List<TraceEvent> events = new ArrayList<>();
    private final Map<NodeId, TracedNode> nodes = new HashMap<>();
    private final IdentityHashMap<PeerMessage, Map<String, TraceMessage>> underWay = new IdentityHashMap<>();

    /** @param maxCount how many events are kept, the first ones */
    ProtocolTrace(List<NodeId> members, int maxCount) {
        this.maxCount = maxCount;
        this.numbers = IntStream.rangeClosed(1, members.size())
                .mapToObj(Integer::toString)
                .toList();
        IntStream.range(0, members.size()).forEach(i -> numberOf.put(members.get(i), numbers.get(i)));
    }

    /** Who watches {@code node}, in all its lives. */
    TracedNode of(NodeId node) {
        return nodes.computeIfAbsent(node, missing -> new TracedNode(this, number(node)));
    }

    List<TraceEvent> events() {
        return List.copyOf(events);
    }

    boolean isFull() {
        return events.size() >= maxCount;
    }

    int size() {
        return events.size();
    }

    String number(NodeId node) {
        String number = numberOf.get(node);
        if (number == null) {
            throw new IllegalArgumentException("Node " + node + " is not one of " + numberOf.keySet());
        }
        return number;
    }

    void add(String name, String node, TraceEvent.State state, @Nullable TraceMessage message) {
        if (!isFull()) {
            events.add(new TraceEvent(name, node, state, numbers, Optional.ofNullable(message)));
        }
    }

    /** {@code message} is under way, as {@code traced}. */
    void sent(PeerMessage message, TraceMessage traced) {
        underWay.computeIfAbsent(message, missing -> new HashMap<>()).put(traced.to(), traced);
    }

    /** What {@code message} was when it was sent to {@code node}; null if the trace does not tell of it. */
    @Nullable
    TraceMessage received(PeerMessage message, String node) {
        Map<String, TraceMessage> sent = underWay.get(message);
        return sent == null ? null : sent.get(node);
    }
}
