package org.uitto.samples.clusterpage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import org.uitto.RoleChanged;
import org.uitto.log.NodeId;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.role.GroupStatus;
import org.uitto.role.PeerStatus;
import org.uitto.samples.clusterpage.GroupRecord.Happening;
import org.uitto.samples.clusterpage.GroupRecord.Sample;

/** What the page is told, in JSON. */
final class PageJson {
    private static final int MAX_TEXT = 500;

    private PageJson() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** One line about a group. */
    static void putSummary(ObjectNode json, ReplicaStatus status) {
        GroupStatus group = status.group();
        json.put("name", group.group().value())
                .put("role", inWords(group.role()))
                .put("term", group.term())
                .put("leader", group.leader().map(NodeId::value).orElse(null))
                .put("last", group.lastLog().index())
                .put("commit", group.commitIndex());
    }

    /** All that is known about this node in a group. */
    static void putStatus(ObjectNode json, ReplicaStatus status) {
        GroupStatus group = status.group();
        putSummary(json, status);
        json.put("incarnation", group.incarnation())
                .put("votedFor", group.votedFor().map(NodeId::value).orElse(null))
                .put("lastTerm", group.lastLog().term())
                .put("first", group.log().firstIndex())
                .put("firstTerm", group.log().base().term())
                .put("durable", group.log().durableIndex())
                .put("bytes", group.log().lengthBytes())
                .put("snapshot", group.log().snapshot().map(at -> at.index()).orElse(0L))
                .put("applied", status.appliedIndex())
                .put("writes", group.disk().writesUnderWay())
                .put("writingMillis", group.disk().underWayMillis())
                .put("members", cut(group.configuration().toString()))
                .put("transferTo", group.transferTarget().map(NodeId::value).orElse(null))
                .put("quiescent", group.quiescent())
                .put("trouble", group.trouble().map(PageJson::cut).orElse(null));
        ArrayNode peers = json.putArray("peers");
        group.peers().forEach(peer -> putPeer(peers.addObject(), peer));
    }

    private static void putPeer(ObjectNode json, PeerStatus peer) {
        json.put("id", peer.node().value())
                .put("match", peer.matchIndex())
                .put("next", peer.nextIndex())
                .put("mode", inWords(peer.mode()))
                .put("standing", inWords(peer.standing()))
                .put("lag", peer.lagEntries())
                .put("heardMillis", peer.heardMillisAgo())
                .put("inFlight", peer.inFlightMessages())
                .put("inFlightBytes", peer.inFlightBytes());
    }

    /** How a node stood at a moment, for the curves. */
    static void putSample(ObjectNode json, Sample sample) {
        GroupStatus group = sample.status().group();
        json.put("at", sample.atMillis()).put("commit", group.commitIndex());
        ObjectNode peers = json.putObject("peers");
        for (PeerStatus peer : group.peers()) {
            peers.putArray(peer.node().value()).add(peer.matchIndex()).add(peer.lagEntries());
        }
    }

    static void putHappening(ObjectNode json, Happening happening) {
        json.put("at", happening.atMillis()).put("term", happening.term());
        happening.candidate().ifPresent(candidate -> json.put("votedFor", candidate));
        happening
                .role()
                .ifPresent(change -> json.put("role", inWords(change.role())).put("leader", leader(change)));
    }

    private static @org.jspecify.annotations.Nullable String leader(RoleChanged change) {
        return change.role() == GroupStatus.Role.LEADER
                ? change.node().value()
                : change.leader().map(NodeId::value).orElse(null);
    }

    private static String cut(String text) {
        return text.length() <= MAX_TEXT ? text : text.substring(0, MAX_TEXT) + "…";
    }

    private static String inWords(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
