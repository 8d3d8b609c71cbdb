package org.uitto.log;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;

/**
 * Who takes part in a group (paper §6), and on which storage. An entry of the log: each node goes by the newest in its own,
 * committed or not.
 *
 * @param voters the nodes whose majority decides; at least one, in the order of their ids
 * @param storages of the voters whose storage is known: what a voter says counts only if it comes from there
 */
public record Configuration(SortedSet<NodeId> voters, SortedMap<NodeId, StorageId> storages) {
    private static final int LAYOUT = 1;
    private static final long UNKNOWN = 0;

    public Configuration {
        if (voters.isEmpty()) {
            throw new IllegalArgumentException("A group needs at least one voter");
        }
        if (!voters.containsAll(storages.keySet())) {
            throw new IllegalArgumentException(
                    "Storages of " + storages.keySet() + ", of which not all are in " + voters);
        }
        voters = Collections.unmodifiableSortedSet(new TreeSet<>(voters));
        storages = Collections.unmodifiableSortedMap(new TreeMap<>(storages));
    }

    /** A configuration of these voters, wherever they have their data. */
    public static Configuration of(Collection<NodeId> voters) {
        return new Configuration(new TreeSet<>(voters), new TreeMap<>());
    }

    /** The same voters, {@code node} on {@code storage} and nowhere else. */
    public Configuration with(NodeId node, StorageId storage) {
        SortedMap<NodeId, StorageId> more = new TreeMap<>(storages);
        more.put(node, storage);
        return new Configuration(voters, more);
    }

    /** The storage of {@code node} that counts; empty if none is known, and then any may. */
    public Optional<StorageId> storageOf(NodeId node) {
        return Optional.ofNullable(storages.get(node));
    }

    /** Whether {@code nodes} hold a majority of the voters; nodes that are no voters do not count. */
    public boolean isQuorum(Set<NodeId> nodes) {
        long held = voters.stream().filter(nodes::contains).count();
        return held > voters.size() / 2;
    }

    /** The largest value that a majority of the voters has reached, going by {@code reached}. */
    public long reachedByQuorum(ToLongFunction<NodeId> reached) {
        long[] values = voters.stream().mapToLong(reached).toArray();
        Arrays.sort(values);
        return values[(values.length - 1) / 2];
    }

    /** The voters other than {@code self}, in order. */
    public SortedSet<NodeId> peersOf(NodeId self) {
        SortedSet<NodeId> peers = new TreeSet<>(voters);
        peers.remove(self);
        return peers;
    }

    /** The body of the log entry: layout (1 byte), how many voters (2), of each its id (how many bytes in 1, then ASCII) and its storage (8). */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream output = new DataOutputStream(bytes)) {
            output.writeByte(LAYOUT);
            output.writeShort(voters.size());
            for (NodeId voter : voters) {
                byte[] id = voter.value().getBytes(StandardCharsets.US_ASCII);
                output.writeByte(id.length);
                output.write(id);
                output.writeLong(storageOf(voter).map(StorageId::value).orElse(UNKNOWN));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("An array can't fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * What {@link #toBytes()} made.
     *
     * @throws IllegalArgumentException if the bytes are no configuration that this version knows
     */
    public static Configuration ofBytes(byte[] bytes) {
        try (DataInputStream input = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte layout = input.readByte();
            if (layout != LAYOUT) {
                throw new IllegalArgumentException("Unknown layout " + layout
                        + " of a configuration. It was written by a newer version of Uitto: update this node.");
            }
            SortedSet<NodeId> voters = new TreeSet<>();
            SortedMap<NodeId, StorageId> storages = new TreeMap<>();
            for (int left = input.readUnsignedShort(); left > 0; left--) {
                NodeId voter = new NodeId(text(input));
                voters.add(voter);
                long storage = input.readLong();
                if (storage != UNKNOWN) {
                    storages.put(voter, new StorageId(storage));
                }
            }
            if (input.read() >= 0) {
                throw new IllegalArgumentException("More bytes than a configuration of " + voters + " has");
            }
            return new Configuration(voters, storages);
        } catch (IOException e) {
            throw new IllegalArgumentException("Too few bytes for a configuration", e);
        }
    }

    private static String text(DataInputStream input) throws IOException {
        byte[] bytes = new byte[input.readUnsignedByte()];
        input.readFully(bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
