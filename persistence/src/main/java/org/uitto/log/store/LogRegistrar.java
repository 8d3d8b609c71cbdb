package org.uitto.log.store;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.ImmutableSerializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.pekko.util.ByteString;
import org.uitto.kryo.KryoLimits;
import org.uitto.kryo.KryoRegistrar;
import org.uitto.kryo.KryoRegistrations;
import org.uitto.log.EntryBatch;
import org.uitto.log.LogMutation;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.LogDiscarded;
import org.uitto.log.LogMutation.PrefixCompacted;
import org.uitto.log.LogMutation.SnapshotInstalled;
import org.uitto.log.LogMutation.Started;
import org.uitto.log.LogMutation.StorageSaved;
import org.uitto.log.LogMutation.TermAndVoteSaved;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.SnapshotInfo;
import org.uitto.log.StorageId;
import org.uitto.log.StorageRecord;
import org.uitto.log.StorageRecord.Standing;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.TermAndVote;
import org.uitto.log.store.SnapshotTransfer.Chunk;
import org.uitto.log.store.SnapshotTransfer.FetchChunk;

/** The layouts of the journal's events and of snapshots on their way between nodes; named in {@code uitto.kryo.registrars}. */
public final class LogRegistrar implements KryoRegistrar {
    private static final int LOG_MUTATIONS = 100;
    private static final int FETCH_CHUNK = 101;
    private static final int CHUNK = 102;
    private static final int SMALLEST_PEER_BYTES = 9;

    /** Called when the actor system starts. */
    public LogRegistrar() {}

    @Override
    public void register(KryoRegistrations registrations) {
        registrations.register(LogMutations.class, LOG_MUTATIONS, new LogMutationsLayout(registrations.limits()));
        registrations.register(FetchChunk.class, FETCH_CHUNK, new FetchChunkLayout(registrations.limits()));
        registrations.register(Chunk.class, CHUNK, new ChunkLayout(registrations.limits()));
    }

    /** How many, then each: what it is (1 byte), its parts. */
    private static final class LogMutationsLayout extends ImmutableSerializer<LogMutations> {
        private static final int STARTED = 1;
        private static final int TERM_AND_VOTE_SAVED = 2;
        private static final int ENTRIES_APPENDED = 3;
        private static final int PREFIX_COMPACTED = 4;
        private static final int SNAPSHOT_INSTALLED = 5;
        private static final int STORAGE_SAVED = 6;
        private static final int LOG_DISCARDED = 7;

        private final KryoLimits limits;

        LogMutationsLayout(KryoLimits limits) {
            this.limits = limits;
        }

        @Override
        public void write(Kryo kryo, Output output, LogMutations event) {
            limits.writeCount(output, event.mutations().size());
            for (LogMutation mutation : event.mutations()) {
                if (mutation instanceof Started started) {
                    output.writeByte(STARTED);
                    output.writeVarLong(started.incarnation(), true);
                    output.writeInt(started.nonce());
                } else if (mutation instanceof TermAndVoteSaved saved) {
                    output.writeByte(TERM_AND_VOTE_SAVED);
                    writeTermAndVote(output, saved.value());
                } else if (mutation instanceof EntriesAppended appended) {
                    output.writeByte(ENTRIES_APPENDED);
                    LogLayout.writePosition(output, appended.prev());
                    LogLayout.writeBatches(output, limits, appended.batches());
                } else if (mutation instanceof PrefixCompacted compacted) {
                    output.writeByte(PREFIX_COMPACTED);
                    writeStoredSnapshot(output, compacted.snapshot());
                    LogLayout.writePosition(output, compacted.base());
                } else if (mutation instanceof SnapshotInstalled installed) {
                    output.writeByte(SNAPSHOT_INSTALLED);
                    writeStoredSnapshot(output, installed.snapshot());
                } else if (mutation instanceof LogDiscarded) {
                    output.writeByte(LOG_DISCARDED);
                } else if (mutation instanceof StorageSaved saved) {
                    output.writeByte(STORAGE_SAVED);
                    writeStorageRecord(output, saved.value());
                }
            }
        }

        private static void writeTermAndVote(Output output, TermAndVote value) {
            output.writeVarLong(value.term(), true);
            output.writeBoolean(value.votedFor().isPresent());
            value.votedFor().ifPresent(node -> LogLayout.writeNode(output, node));
        }

        /** By the number that stands for each. */
        private static final List<Standing> STANDINGS = List.of(Standing.NEWCOMER, Standing.BY_THE_LOG, Standing.FIRST);

        private void writeStorageRecord(Output output, StorageRecord value) {
            LogLayout.writeStorage(output, value.own());
            output.writeByte(STANDINGS.indexOf(value.standing()));
            limits.writeCount(output, value.peers().size());
            value.peers().forEach((peer, storage) -> {
                LogLayout.writeNode(output, peer);
                LogLayout.writeStorage(output, storage);
            });
        }

        @Override
        public LogMutations read(Kryo kryo, Input input, Class<? extends LogMutations> type) {
            int count = limits.readCount(input, 1);
            List<LogMutation> mutations = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                mutations.add(readMutation(input));
            }
            return new LogMutations(mutations);
        }

        private LogMutation readMutation(Input input) {
            byte kind = input.readByte();
            return switch (kind) {
                case STARTED -> LogLayout.valid(() -> new Started(input.readVarLong(true), input.readInt()));
                case TERM_AND_VOTE_SAVED -> readTermAndVote(input);
                case ENTRIES_APPENDED -> readEntriesAppended(input);
                case PREFIX_COMPACTED -> readPrefixCompacted(input);
                case SNAPSHOT_INSTALLED -> new SnapshotInstalled(readStoredSnapshot(input));
                case STORAGE_SAVED -> new StorageSaved(readStorageRecord(input));
                case LOG_DISCARDED -> new LogDiscarded();
                default ->
                    throw new KryoException("A change of kind " + kind
                            + " is not known. A newer version of Uitto has written it: update this node.");
            };
        }

        private StorageRecord readStorageRecord(Input input) {
            StorageId own = LogLayout.readStorage(input);
            int standing = input.readByte();
            if (standing < 0 || standing >= STANDINGS.size()) {
                throw new KryoException("A storage of standing " + standing
                        + " is not known. A newer version of Uitto has written it: update this node.");
            }
            SortedMap<NodeId, StorageId> peers = new TreeMap<>();
            for (int left = limits.readCount(input, SMALLEST_PEER_BYTES); left > 0; left--) {
                peers.put(LogLayout.readNode(input), LogLayout.readStorage(input));
            }
            return new StorageRecord(own, STANDINGS.get(standing), peers);
        }

        private static TermAndVoteSaved readTermAndVote(Input input) {
            long term = input.readVarLong(true);
            boolean voted = input.readBoolean();
            return LogLayout.valid(() -> new TermAndVoteSaved(
                    new TermAndVote(term, voted ? Optional.of(LogLayout.readNode(input)) : Optional.empty())));
        }

        private EntriesAppended readEntriesAppended(Input input) {
            LogPosition prev = LogLayout.readPosition(input);
            List<EntryBatch> batches = LogLayout.readBatches(input, limits);
            return LogLayout.valid(() -> new EntriesAppended(prev, batches));
        }

        private PrefixCompacted readPrefixCompacted(Input input) {
            StoredSnapshot stored = readStoredSnapshot(input);
            LogPosition base = LogLayout.readPosition(input);
            return LogLayout.valid(() -> new PrefixCompacted(stored, base));
        }

        private static void writeStoredSnapshot(Output output, StoredSnapshot stored) {
            LogLayout.writeSnapshotInfo(output, stored.info());
            output.writeVarInt(stored.slot(), true);
            output.writeVarInt(stored.partBytes(), true);
        }

        private StoredSnapshot readStoredSnapshot(Input input) {
            SnapshotInfo info = LogLayout.readSnapshotInfo(input, limits);
            return LogLayout.valid(() -> new StoredSnapshot(info, input.readVarInt(true), input.readVarInt(true)));
        }
    }

    /** Who asks, for which snapshot, from which byte on. */
    private static final class FetchChunkLayout extends ImmutableSerializer<FetchChunk> {
        private final KryoLimits limits;

        FetchChunkLayout(KryoLimits limits) {
            this.limits = limits;
        }

        @Override
        public void write(Kryo kryo, Output output, FetchChunk request) {
            LogLayout.writeNode(output, request.from());
            LogLayout.writeSnapshotInfo(output, request.info());
            output.writeVarInt(request.offset(), true);
        }

        @Override
        public FetchChunk read(Kryo kryo, Input input, Class<? extends FetchChunk> type) {
            NodeId from = LogLayout.readNode(input);
            return new FetchChunk(from, LogLayout.readSnapshotInfo(input, limits), input.readVarInt(true));
        }
    }

    /** Who answers, of which snapshot, from which byte on, how many bytes, the bytes. */
    private static final class ChunkLayout extends ImmutableSerializer<Chunk> {
        private final KryoLimits limits;

        ChunkLayout(KryoLimits limits) {
            this.limits = limits;
        }

        @Override
        public void write(Kryo kryo, Output output, Chunk chunk) {
            LogLayout.writeNode(output, chunk.from());
            LogLayout.writeSnapshotInfo(output, chunk.info());
            output.writeVarInt(chunk.offset(), true);
            output.writeVarInt(chunk.bytes().length(), true);
            output.writeBytes(chunk.bytes().toArrayUnsafe());
        }

        @Override
        public Chunk read(Kryo kryo, Input input, Class<? extends Chunk> type) {
            NodeId from = LogLayout.readNode(input);
            SnapshotInfo info = LogLayout.readSnapshotInfo(input, limits);
            int offset = input.readVarInt(true);
            byte[] bytes = input.readBytes(limits.readCount(input, 1));
            return new Chunk(from, info, offset, ByteString.fromArrayUnsafe(bytes));
        }
    }
}
