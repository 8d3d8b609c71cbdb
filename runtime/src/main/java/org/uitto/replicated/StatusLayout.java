package org.uitto.replicated;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.uitto.kryo.KryoLimits;
import org.uitto.log.Configuration;
import org.uitto.log.GroupId;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.store.LogLayout;
import org.uitto.role.DiskStatus;
import org.uitto.role.GroupStatus;
import org.uitto.role.GroupStatus.Role;
import org.uitto.role.LogStatus;
import org.uitto.role.PeerStatus;

/** How a replica's status stands in bytes: the components in their order, names of constants as text. */
final class StatusLayout {
    private static final int SMALLEST_PEER_BYTES = 9;

    private StatusLayout() {}

    static void write(Output output, KryoLimits limits, ReplicaStatus status) {
        writeGroup(output, limits, status.group());
        output.writeVarLong(status.appliedIndex(), true);
        output.writeBoolean(status.snapshotUnderWay());
        output.writeVarInt(status.sessionCount(), true);
        output.writeString(status.stateDigest());
    }

    static ReplicaStatus read(Input input, KryoLimits limits) {
        GroupStatus group = readGroup(input, limits);
        return new ReplicaStatus(
                group, input.readVarLong(true), input.readBoolean(), input.readVarInt(true), LogLayout.text(input));
    }

    private static void writeGroup(Output output, KryoLimits limits, GroupStatus group) {
        LogLayout.writeGroup(output, group.group());
        LogLayout.writeNode(output, group.node());
        output.writeVarLong(group.incarnation(), true);
        output.writeString(group.role().name());
        output.writeVarLong(group.term(), true);
        writeOptional(output, group.votedFor().map(NodeId::value));
        writeOptional(output, group.leader().map(NodeId::value));
        writeLog(output, group.log());
        output.writeVarLong(group.disk().writesUnderWay(), true);
        output.writeVarLong(group.disk().underWayMillis(), true);
        output.writeVarLong(group.disk().writeCount(), true);
        byte[] configuration = group.configuration().toBytes();
        output.writeVarInt(configuration.length, true);
        output.writeBytes(configuration);
        output.writeVarLong(group.configurationIndex(), true);
        limits.writeCount(output, group.peers().size());
        group.peers().forEach(peer -> writePeer(output, peer));
        writeOptional(output, group.transferTarget().map(NodeId::value));
        output.writeBoolean(group.quiescent());
        writeOptional(output, group.trouble());
    }

    private static GroupStatus readGroup(Input input, KryoLimits limits) {
        GroupId group = LogLayout.readGroup(input);
        NodeId node = LogLayout.readNode(input);
        long incarnation = input.readVarLong(true);
        Role role = LogLayout.valid(() -> Role.valueOf(LogLayout.text(input)));
        long term = input.readVarLong(true);
        Optional<NodeId> votedFor = readNode(input);
        Optional<NodeId> leader = readNode(input);
        LogStatus log = readLog(input);
        DiskStatus disk = new DiskStatus(input.readVarLong(true), input.readVarLong(true), input.readVarLong(true));
        byte[] bytes = input.readBytes(limits.readCount(input, 1));
        Configuration configuration = LogLayout.valid(() -> Configuration.ofBytes(bytes));
        long configurationIndex = input.readVarLong(true);
        int peerCount = limits.readCount(input, SMALLEST_PEER_BYTES);
        List<PeerStatus> peers = new ArrayList<>(peerCount);
        for (int i = 0; i < peerCount; i++) {
            peers.add(readPeer(input));
        }
        return new GroupStatus(
                group,
                node,
                incarnation,
                role,
                term,
                votedFor,
                leader,
                log,
                disk,
                configuration,
                configurationIndex,
                peers,
                readNode(input),
                input.readBoolean(),
                readOptional(input));
    }

    private static void writeLog(Output output, LogStatus log) {
        LogLayout.writePosition(output, log.base());
        LogLayout.writePosition(output, log.last());
        output.writeVarLong(log.commitIndex(), true);
        output.writeVarLong(log.durableIndex(), true);
        output.writeBoolean(log.snapshot().isPresent());
        log.snapshot().ifPresent(snapshot -> LogLayout.writePosition(output, snapshot));
        output.writeVarLong(log.snapshotBytes(), true);
        output.writeVarLong(log.lengthBytes(), true);
    }

    private static LogStatus readLog(Input input) {
        LogPosition base = LogLayout.readPosition(input);
        LogPosition last = LogLayout.readPosition(input);
        long commitIndex = input.readVarLong(true);
        long durableIndex = input.readVarLong(true);
        Optional<LogPosition> snapshot =
                input.readBoolean() ? Optional.of(LogLayout.readPosition(input)) : Optional.empty();
        return new LogStatus(
                base, last, commitIndex, durableIndex, snapshot, input.readVarLong(true), input.readVarLong(true));
    }

    private static void writePeer(Output output, PeerStatus peer) {
        LogLayout.writeNode(output, peer.node());
        output.writeVarLong(peer.matchIndex(), true);
        output.writeVarLong(peer.nextIndex(), true);
        output.writeString(peer.mode().name());
        output.writeString(peer.standing().name());
        output.writeVarLong(peer.lagEntries(), true);
        output.writeVarLong(peer.heardMillisAgo(), true);
        output.writeVarInt(peer.inFlightMessages(), true);
        output.writeVarLong(peer.inFlightBytes(), true);
    }

    private static PeerStatus readPeer(Input input) {
        return new PeerStatus(
                LogLayout.readNode(input),
                input.readVarLong(true),
                input.readVarLong(true),
                LogLayout.valid(() -> PeerStatus.Mode.valueOf(LogLayout.text(input))),
                LogLayout.valid(() -> PeerStatus.Standing.valueOf(LogLayout.text(input))),
                input.readVarLong(true),
                input.readVarLong(true),
                input.readVarInt(true),
                input.readVarLong(true));
    }

    /** The id as an optional text. */
    static Optional<NodeId> readNode(Input input) {
        return readOptional(input).map(id -> LogLayout.valid(() -> new NodeId(id)));
    }

    /** Whether there is one, then the text. */
    static void writeOptional(Output output, Optional<String> text) {
        output.writeBoolean(text.isPresent());
        text.ifPresent(output::writeString);
    }

    /** What {@link #writeOptional} wrote. */
    static Optional<String> readOptional(Input input) {
        return input.readBoolean() ? Optional.of(LogLayout.text(input)) : Optional.empty();
    }
}
