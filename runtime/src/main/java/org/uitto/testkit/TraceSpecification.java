package org.uitto.testkit;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.uitto.testkit.TraceEvent.Role;
import org.uitto.testkit.TraceEvent.State;

/**
 * Raft as etcd-io/raft's TLA+ specification has it, as far as a trace without changes of the configuration needs it: follows a
 * trace event by event, and says where an event is none that Raft allows. Nothing here comes from {@code org.uitto.core};
 * what a node knows, and what it may answer, is worked out from the trace alone.
 *
 * <p>A message can be received only if its sender has sent it, was ready since then, and meant just this; readiness is also
 * what makes everything durable that a restart begins with.
 */
final class TraceSpecification {
    private final Map<String, TraceServer> servers = new TreeMap<>();
    private final Map<TraceMessage, Integer> network = new HashMap<>();
    private final Map<TraceMessage, List<Long>> entriesUnderWay = new HashMap<>();
    private final Map<Long, String> leaders = new HashMap<>();
    private final List<String> voters;

    private TraceSpecification(List<String> voters) {
        this.voters = voters;
    }

    /**
     * Follows {@code trace}.
     *
     * @throws AssertionError at the first event that is not allowed; it says why
     */
    static void follow(List<TraceEvent> trace) {
        if (trace.isEmpty()) {
            return;
        }
        TraceSpecification specification = new TraceSpecification(trace.get(0).voters());
        for (int i = 0; i < trace.size(); i++) {
            try {
                specification.step(trace.get(i));
                specification.checkLogs();
            } catch (AssertionError e) {
                throw new AssertionError(
                        "Event " + (i + 1) + " is not allowed: " + e.getMessage() + ": "
                                + trace.get(i).json(i + 1),
                        e);
            }
        }
    }

    private void step(TraceEvent event) {
        require(event.voters().equals(voters), "the members are still " + voters);
        if (event.name().equals("InitState")) {
            start(event);
            return;
        }
        TraceServer server = Optional.ofNullable(servers.get(event.node()))
                .orElseThrow(() -> new AssertionError("a node starts before it does anything"));
        Optional<TraceMessage> message = event.message();
        switch (event.name()) {
            case "BecomeCandidate" -> server.standForElection();
            case "BecomeFollower" -> {
                if (!server.becomeFollower(event.state())) {
                    return;
                }
            }
            case "BecomeLeader" -> becomeLeader(server);
            case "Replicate" -> server.replicate();
            case "Commit" -> server.commit();
            case "Ready" -> ready(server);
            default -> exchange(event, server, message.orElseThrow(() -> new AssertionError("an event of that name")));
        }
        if (!event.name().startsWith("Receive") && !event.name().equals("Replicate")) {
            requireState(event, server);
        }
    }

    private void exchange(TraceEvent event, TraceServer server, TraceMessage message) {
        boolean sends = event.name().equals("Send" + message.type().event());
        boolean receives = event.name().equals("Receive" + message.type().event());
        require(sends || receives, "the name of an event says which message it tells of");
        if (sends) {
            require(message.from().equals(event.node()), "a node sends its own messages");
            server.send(message);
        } else {
            require(message.to().equals(event.node()), "a node receives what is meant for it");
            requireState(event, server);
            receive(server, message);
        }
    }

    private void start(TraceEvent event) {
        State state = event.state();
        TraceServer known = servers.get(event.node());
        if (known == null) {
            servers.put(event.node(), new TraceServer(event.node(), voters, state));
        } else {
            known.restart();
            requireState(event, known);
        }
    }

    private void becomeLeader(TraceServer server) {
        server.lead();
        String other = leaders.putIfAbsent(server.term(), server.id());
        require(other == null || other.equals(server.id()), "one leader a term, and " + other + " is that already");
        for (TraceServer each : servers.values()) {
            require(
                    server.hasAll(each.committed()) || each.term() > server.term(),
                    "a leader has all that is committed, also what " + each.id() + " has");
        }
    }

    private void ready(TraceServer server) {
        for (TraceServer.Pending sent : server.ready()) {
            network.merge(sent.message(), 1, Integer::sum);
            entriesUnderWay.put(sent.message(), sent.entryTerms());
        }
    }

    private void receive(TraceServer server, TraceMessage received) {
        TraceMessage message = received.essence();
        int copies = network.getOrDefault(message, 0);
        require(copies > 0, "a message was sent, and its sender was ready since then");
        network.put(message, copies - 1);
        server.receive(message, entriesUnderWay.getOrDefault(message, List.of()));
    }

    private void checkLogs() {
        List<TraceServer> all = new ArrayList<>(servers.values());
        for (TraceServer one : all) {
            require(one.state().commit() <= one.state().log(), "only entries are committed");
            for (TraceServer other : all) {
                List<Long> shorter =
                        one.committed().size() <= other.committed().size() ? one.committed() : other.committed();
                List<Long> longer = shorter == one.committed() ? other.committed() : one.committed();
                require(
                        shorter.equals(longer.subList(0, shorter.size())),
                        one.id() + " and " + other.id() + " have committed the same");
            }
        }
    }

    private static void requireState(TraceEvent event, TraceServer server) {
        require(event.state().equals(server.state()), "the state of the node is " + server.state());
    }

    static void require(boolean holds, String rule) {
        if (!holds) {
            throw new AssertionError(rule);
        }
    }

    /** Whether a node of {@code role} may send it. */
    static boolean maySend(Role role, TraceMessage.Type type) {
        return switch (type) {
            case VOTE -> role == Role.CANDIDATE;
            case APP, HEARTBEAT -> role == Role.LEADER;
            default -> true;
        };
    }
}
