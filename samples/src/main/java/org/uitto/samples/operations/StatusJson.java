package org.uitto.samples.operations;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Optional;
import org.uitto.log.NodeId;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.role.GroupStatus;
import org.uitto.role.LogStatus;
import org.uitto.role.PeerStatus;
import org.uitto.samples.operations.ClusterView.Replica;

/** A replica as one line of JSON for programs. What is not known is null. */
final class StatusJson {
    private final JsonFactory json = new JsonFactory();

    String line(Replica replica) {
        StringWriter line = new StringWriter();
        try (JsonGenerator generator = json.createGenerator(line)) {
            ReplicaStatus status = replica.status();
            GroupStatus group = status.group();
            generator.writeStartObject();
            generator.writeStringField("group", group.group().value());
            generator.writeStringField("node", group.node().value());
            generator.writeStringField("contact", replica.contact());
            generator.writeStringField("role", StatusTable.inWords(group.role()));
            generator.writeNumberField("incarnation", group.incarnation());
            generator.writeNumberField("term", group.term());
            put(generator, "voted_for", group.votedFor().map(NodeId::value));
            put(generator, "leader", group.leader().map(NodeId::value));
            putLog(generator, group.log());
            generator.writeNumberField("applied_index", status.appliedIndex());
            generator.writeNumberField("sessions", status.sessionCount());
            generator.writeBooleanField("snapshot_under_way", status.snapshotUnderWay());
            generator.writeNumberField("disk_writes_under_way", group.disk().writesUnderWay());
            generator.writeNumberField("disk_under_way_ms", group.disk().underWayMillis());
            generator.writeNumberField("disk_writes", group.disk().writeCount());
            generator.writeStringField("configuration", group.configuration().toString());
            generator.writeNumberField("configuration_index", group.configurationIndex());
            put(generator, "transfer_target", group.transferTarget().map(NodeId::value));
            generator.writeBooleanField("quiescent", group.quiescent());
            put(generator, "trouble", group.trouble());
            generator.writeArrayFieldStart("peers");
            for (PeerStatus peer : group.peers()) {
                putPeer(generator, peer);
            }
            generator.writeEndArray();
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("A text can't fail", e);
        }
        return line.toString();
    }

    private static void putLog(JsonGenerator generator, LogStatus log) throws IOException {
        generator.writeNumberField("first_index", log.firstIndex());
        generator.writeNumberField("last_index", log.last().index());
        generator.writeNumberField("last_term", log.last().term());
        generator.writeNumberField("durable_index", log.durableIndex());
        generator.writeNumberField("commit_index", log.commitIndex());
        generator.writeNumberField(
                "snapshot_index", log.snapshot().map(at -> at.index()).orElse(0L));
        generator.writeNumberField("snapshot_bytes", log.snapshotBytes());
        generator.writeNumberField("log_bytes", log.lengthBytes());
    }

    private static void putPeer(JsonGenerator generator, PeerStatus peer) throws IOException {
        generator.writeStartObject();
        generator.writeStringField("node", peer.node().value());
        generator.writeNumberField("match_index", peer.matchIndex());
        generator.writeNumberField("next_index", peer.nextIndex());
        generator.writeStringField("mode", StatusTable.inWords(peer.mode()));
        generator.writeStringField("standing", StatusTable.inWords(peer.standing()));
        generator.writeNumberField("lag_entries", peer.lagEntries());
        generator.writeNumberField("heard_ms_ago", peer.heardMillisAgo());
        generator.writeNumberField("in_flight_messages", peer.inFlightMessages());
        generator.writeNumberField("in_flight_bytes", peer.inFlightBytes());
        generator.writeEndObject();
    }

    private static void put(JsonGenerator generator, String field, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            generator.writeStringField(field, value.get());
        } else {
            generator.writeNullField(field);
        }
    }

    /** A node that did not answer, or a replica. */
    String absent(String contact) {
        StringWriter line = new StringWriter();
        try (JsonGenerator generator = json.createGenerator(line)) {
            generator.writeStartObject();
            generator.writeStringField("contact", contact);
            generator.writeStringField("error", "no answer");
            generator.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("A text can't fail", e);
        }
        return line.toString();
    }
}
