package org.uitto.journal.segment;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A journal of events in the segment files of one directory. Synchronous: {@link #append}, {@link #delete}, {@link
 * #commit}, {@link #clean} and {@link #close} belong to one thread, the writer; {@link #highestSequenceNr} and {@link
 * #replay} are for any thread and see what is committed.
 *
 * <p>What is appended or deleted is durable when {@link #commit} returns, and may be before.
 */
public final class SegmentStore implements Closeable {
    private final Directory directory;
    private final ConcurrentHashMap<String, EventStream> streams;
    private final Chores chores;
    private final SegmentSupply supply;
    private final GroupWriter writer;
    private final Cleaner cleaner;
    private LostEvents lost = LostEvents.NONE;

    private SegmentStore(
            Directory directory,
            StoreSettings settings,
            Chores chores,
            Consumer<String> warnings,
            Recovered recovered) {
        this.directory = directory;
        this.streams = recovered.streams();
        this.chores = chores;
        this.supply = new SegmentSupply(directory, settings, chores, warnings);
        this.writer = new GroupWriter(directory, chores, supply, recovered);
        this.cleaner = new Cleaner(directory, writer, chores, warnings, settings.segmentSizeBytes());
        recovered.spare().ifPresentOrElse(supply::found, () -> supply.order(recovered.active().number + 1));
    }

    /**
     * Opens the journal in {@code directory}, and makes one if there is none. Cuts off what the last run left half
     * written, which was never acknowledged.
     *
     * @param chores does the work that no write waits for; pieces of it are never given to it at once
     * @param warnings told of what was found and mended, and of the journal becoming full and getting room again, in
     *     sentences
     * @throws JournalRefusedException if the directory is in use, another owner's or of a newer format
     * @throws JournalDamagedException if acknowledged data is not as it was written
     */
    public static SegmentStore open(
            Directory directory, StoreSettings settings, Executor chores, Consumer<String> warnings)
            throws IOException {
        directory.lock();
        try {
            Chores queue = new Chores(chores, warnings);
            Recovered recovered = new Recovery(directory, settings, queue, warnings).run();
            SegmentStore store = new SegmentStore(directory, settings, queue, warnings, recovered);
            store.readLost();
            return store;
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    private void readLost() throws IOException {
        try (Replay replay = new Replay(directory, streams.get(LostEvents.PERSISTENCE_ID), 1, Long.MAX_VALUE)) {
            Optional<StoredEvents> noted = replay.next();
            lost = noted.isPresent() ? LostEvents.fromBytes(noted.get().payload()) : LostEvents.NONE;
        }
    }

    /**
     * Stages an atomic write for the next {@link #commit}.
     *
     * @return why it was refused and will not be written, or empty
     * @throws JournalLatchedException if this or an earlier write to the disk failed
     */
    public Optional<JournalException> append(EventWrite write) {
        if (write.persistenceId().equals(LostEvents.PERSISTENCE_ID)) {
            return Optional.of(new JournalRefusedException("A persistence id does not begin with a NUL character"));
        }
        Optional<JournalDamagedException> refusal = refusal(write.persistenceId());
        return refusal.isPresent() ? Optional.of(refusal.get()) : stage(write);
    }

    private Optional<JournalDamagedException> refusal(String persistenceId) {
        return lost.isNone() ? Optional.empty() : lost.refusal(directory, persistenceId, deletedTo(persistenceId));
    }

    /** Stages what is lost of the journal that this one is made of; once, when it is made. */
    void noteLost(LostEvents noted) throws IOException {
        stage(new EventWrite(LostEvents.PERSISTENCE_ID, 1, 1, List.of(noted.toBytes())));
    }

    /** Stages events of the journal that this one is made of; they were refused or not, and stay so. */
    void copyIn(EventWrite write) {
        Optional<JournalException> refused = stage(write);
        if (refused.isPresent()) {
            throw refused.get();
        }
    }

    /** Stages what is known of a persistence id besides the events that were appended, when the journal is made. */
    void restore(String persistenceId, long highest, long deletedTo) {
        writer.putState(streams.computeIfAbsent(persistenceId, EventStream::new), highest, deletedTo);
    }

    private Optional<JournalException> stage(EventWrite write) {
        writer.checkOpen();
        long payloadBytes = write.payloadBytes();
        if (payloadBytes > RecordFormat.MAX_RECORD_BYTES - RecordFormat.EVENTS_PAYLOAD - RecordFormat.CHAIN_BYTES) {
            return Optional.of(new RecordTooLargeException(write.persistenceId(), payloadBytes));
        }
        EventStream stream = streams.computeIfAbsent(write.persistenceId(), EventStream::new);
        Optional<JournalException> conflict = conflict(stream, write);
        if (conflict.isPresent()) {
            return conflict;
        }
        try {
            writer.putEvents(
                    stream,
                    write.firstSequenceNr(),
                    write.lastSequenceNr(),
                    target -> write.payload().forEach(target::put),
                    (int) payloadBytes,
                    false);
        } catch (JournalFullException e) {
            stream.refusedFrom = write.firstSequenceNr();
            return Optional.of(e);
        }
        stream.stagedHighest = write.lastSequenceNr();
        stream.refusedFrom = 0;
        return Optional.empty();
    }

    private Optional<JournalException> conflict(EventStream stream, EventWrite write) {
        if (write.firstSequenceNr() <= stream.stagedHighest) {
            return Optional.of(new SequenceConflictException("Sequence number " + write.firstSequenceNr()
                    + " of persistence id \"" + stream.persistenceId + "\" was written before; its highest is "
                    + stream.stagedHighest + ". Two actors use this persistence id at once: the later one must stop."));
        }
        if (stream.refusedFrom > 0 && write.firstSequenceNr() > stream.refusedFrom) {
            return Optional.of(new SequenceConflictException("Sequence number " + write.firstSequenceNr()
                    + " of persistence id \"" + stream.persistenceId + "\" would leave a gap, for "
                    + stream.refusedFrom + " was refused. The actor must recover before it persists again."));
        }
        return Optional.empty();
    }

    /**
     * Stages the deletion of a persistence id's events up to {@code toSequenceNr}, inclusive; beyond the highest one means
     * all there are. Its highest sequence number remains.
     *
     * @return why it was refused, or empty
     * @throws JournalLatchedException if this or an earlier write to the disk failed
     */
    public Optional<JournalException> delete(String persistenceId, long toSequenceNr) {
        writer.checkOpen();
        EventStream stream = streams.get(persistenceId);
        if (stream == null) {
            return Optional.empty();
        }
        long deletedTo = Math.min(toSequenceNr, stream.stagedHighest);
        if (deletedTo <= stream.stagedDeletedTo) {
            return Optional.empty();
        }
        try {
            writer.putState(stream, stream.stagedHighest, deletedTo);
            return Optional.empty();
        } catch (JournalFullException e) {
            return Optional.of(e);
        }
    }

    /**
     * Makes what was staged durable and visible, with one write and one fsync if it fits into one group. Does a little
     * cleaning with it when there is much dead space.
     *
     * @throws JournalLatchedException if this or an earlier write to the disk failed: it is unknown what of the staged
     *     writes is stored
     */
    public void commit() {
        cleaner.stageStep();
        writer.flush();
        cleaner.afterFlush();
    }

    /** Whether {@link #clean} would give space back to the disk, when there is time for it. */
    public boolean isCleaningDue() {
        return !writer.isLatched() && cleaner.isDue();
    }

    /** Does one bounded step of giving the space of deleted events back. Commits what is staged. */
    public void clean() {
        commit();
    }

    /**
     * The highest sequence number ever stored for a persistence id, 0 if there is none.
     *
     * @throws JournalDamagedException if acknowledged events of it were lost before the journal was repaired
     */
    public long highestSequenceNr(String persistenceId) {
        refuse(persistenceId);
        EventStream stream = streams.get(persistenceId);
        return stream == null ? 0 : stream.highest();
    }

    /** The sequence number up to which the events of a persistence id are deleted, inclusive; 0 if none are. */
    public long deletedTo(String persistenceId) {
        EventStream stream = streams.get(persistenceId);
        return stream == null ? 0 : stream.deletedTo();
    }

    private void refuse(String persistenceId) {
        Optional<JournalDamagedException> refusal = refusal(persistenceId);
        if (refusal.isPresent()) {
            throw refusal.get();
        }
    }

    /**
     * Reads the events {@code from} to {@code to}, both inclusive, of those that are not deleted.
     *
     * @throws JournalDamagedException if acknowledged events of it were lost before the journal was repaired
     */
    public Replay replay(String persistenceId, long from, long to) {
        refuse(persistenceId);
        @Nullable EventStream stream = streams.get(persistenceId);
        return new Replay(directory, stream, Math.max(1, from), to);
    }

    /** All persistence ids that were ever written, in order. */
    public List<String> persistenceIds() {
        return streams.values().stream()
                .filter(stream -> stream.highest() > 0 && !stream.persistenceId.equals(LostEvents.PERSISTENCE_ID))
                .map(stream -> stream.persistenceId)
                .sorted()
                .toList();
    }

    /** The bytes of all segments that have been begun, up to their ends. For the writer's thread. */
    public long sizeBytes() {
        return writer.segments().values().stream()
                .mapToLong(segment -> segment.end)
                .sum();
    }

    /** Writes what is staged and gives the directory free. */
    @Override
    public void close() throws IOException {
        try (directory;
                supply) {
            chores.await();
            writer.close();
        }
    }
}
