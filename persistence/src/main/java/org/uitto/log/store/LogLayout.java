package org.uitto.log.store;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.uitto.kryo.KryoLimits;
import org.uitto.log.Configuration;
import org.uitto.log.EntryBatch;
import org.uitto.log.GroupId;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.NodeStart;
import org.uitto.log.Payloads;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StorageId;

/**
 * How the parts of a log stand in bytes, on disk and on the wire. Numbers are written in 1 to 9 bytes, the lower seven bits
 * first. Every layout is fixed: another one gets another registration id.
 */
public final class LogLayout {
    private static final int SMALLEST_BATCH_BYTES = 9;

    private LogLayout() {}

    /** Term, index. */
    public static void writePosition(Output output, LogPosition position) {
        output.writeVarLong(position.term(), true);
        output.writeVarLong(position.index(), true);
    }

    /** What {@link #writePosition} wrote. */
    public static LogPosition readPosition(Input input) {
        return valid(() -> new LogPosition(input.readVarLong(true), input.readVarLong(true)));
    }

    /** Position, configuration (how many bytes, the bytes of {@link Configuration#toBytes()}), length, checksum. */
    public static void writeSnapshotInfo(Output output, SnapshotInfo info) {
        writePosition(output, info.position());
        byte[] configuration = info.configuration().toBytes();
        output.writeVarInt(configuration.length, true);
        output.writeBytes(configuration);
        output.writeVarInt(info.lengthBytes(), true);
        output.writeVarLong(info.checksum(), true);
    }

    /** What {@link #writeSnapshotInfo} wrote. */
    public static SnapshotInfo readSnapshotInfo(Input input, KryoLimits limits) {
        LogPosition position = readPosition(input);
        byte[] bytes = input.readBytes(limits.readCount(input, 1));
        Configuration configuration = valid(() -> Configuration.ofBytes(bytes));
        return valid(() -> new SnapshotInfo(position, configuration, input.readVarInt(true), input.readVarLong(true)));
    }

    /** Storage (8 bytes), incarnation, nonce (4 bytes). */
    public static void writeStart(Output output, NodeStart start) {
        writeStorage(output, start.storage());
        output.writeVarLong(start.incarnation(), true);
        output.writeInt(start.nonce());
    }

    /** What {@link #writeStart} wrote. */
    public static NodeStart readStart(Input input) {
        StorageId storage = readStorage(input);
        return valid(() -> new NodeStart(storage, input.readVarLong(true), input.readInt()));
    }

    /** 8 bytes. */
    public static void writeStorage(Output output, StorageId storage) {
        output.writeLong(storage.value());
    }

    /** What {@link #writeStorage} wrote. */
    public static StorageId readStorage(Input input) {
        return valid(() -> new StorageId(input.readLong()));
    }

    /** The id as a string. */
    public static void writeNode(Output output, NodeId node) {
        output.writeString(node.value());
    }

    /** What {@link #writeNode} wrote. */
    public static NodeId readNode(Input input) {
        return valid(() -> new NodeId(text(input)));
    }

    /** The id as a string. */
    public static void writeGroup(Output output, GroupId group) {
        output.writeString(group.value());
    }

    /** What {@link #writeGroup} wrote. */
    public static GroupId readGroup(Input input) {
        return valid(() -> new GroupId(text(input)));
    }

    /** A string that is never null. */
    public static String text(Input input) {
        String text = input.readString();
        if (text == null) {
            throw new KryoException("A text is missing");
        }
        return text;
    }

    /** How many, then each: the position of the first entry, how many entries, how many bytes, the bytes as they are. */
    public static void writeBatches(Output output, KryoLimits limits, List<EntryBatch> batches) {
        limits.writeCount(output, batches.size());
        for (EntryBatch batch : batches) {
            Payloads payloads = batch.payloads();
            writePosition(output, batch.first());
            output.writeVarInt(payloads.count(), true);
            output.writeVarInt(payloads.lengthBytes(), true);
            output.writeBytes(payloads.array(), payloads.offset(), payloads.lengthBytes());
        }
    }

    /** What {@link #writeBatches} wrote. */
    public static List<EntryBatch> readBatches(Input input, KryoLimits limits) {
        int count = limits.readCount(input, SMALLEST_BATCH_BYTES);
        List<EntryBatch> batches = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            LogPosition first = readPosition(input);
            int entries = input.readVarInt(true);
            byte[] bytes = input.readBytes(limits.readCount(input, 1));
            batches.add(valid(() -> new EntryBatch(first, Payloads.of(entries, bytes))));
        }
        return batches;
    }

    /** A value that checks itself: what it refuses was never written by Uitto. */
    public static <T> T valid(Supplier<T> value) {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new KryoException("These bytes were not written by Uitto, or are damaged: " + e.getMessage(), e);
        }
    }
}
