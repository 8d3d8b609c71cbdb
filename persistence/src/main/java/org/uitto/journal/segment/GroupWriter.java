package org.uitto.journal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Puts records into groups, writes each group with one write and one fsync, and only then lets its records be seen. For
 * the store's one writer. The first failure of a write latches it shut.
 */
final class GroupWriter {
    /** A group of this size is written before more is put to it; it bounds the buffer. */
    private static final int FULL_GROUP_BYTES = 4 << 20;

    private static final int MOST_UTF8_BYTES = 3;

    private final Directory directory;
    private final UUID journalId;
    private final Chores chores;
    private final SegmentSupply supply;
    private final DataFile markFile;
    private final ByteBuffer markBytes = ByteBuffer.allocateDirect(SyncedMark.BYTES);
    private final TreeMap<Long, Segment> segments;
    private final GroupBuffer group = new GroupBuffer();
    private final List<Staged> staged = new ArrayList<>();
    private Segment active;
    private DataFile activeFile;
    private @Nullable Exception failure;
    private boolean deadSpaceGrew = true;

    /** A record that becomes visible when its group is synced. What {@code a} and {@code b} are depends on the type. */
    private record Staged(RecordType type, Run run, long a, long b, int offset, int length) {}

    GroupWriter(Directory directory, Chores chores, SegmentSupply supply, Recovered recovered) {
        this.directory = directory;
        this.journalId = recovered.identity().journalId();
        this.chores = chores;
        this.supply = supply;
        this.markFile = recovered.markFile();
        this.segments = recovered.segments();
        this.active = recovered.active();
        this.activeFile = recovered.activeFile();
        group.begin(active.number, active.end, active.chain);
    }

    /** The segments that hold the journal, the one that is written to among them, as the last synced group left them. */
    NavigableMap<Long, Segment> segments() {
        return segments;
    }

    Segment active() {
        return active;
    }

    /** Throws if an earlier write failed. */
    void checkOpen() {
        if (failure != null) {
            throw new JournalLatchedException(directory.path(), failure);
        }
    }

    boolean isLatched() {
        return failure != null;
    }

    /** Whether there may be more dead space in sealed segments than when this was last set to false. */
    boolean deadSpaceGrew() {
        return deadSpaceGrew;
    }

    void deadSpaceIsKnown() {
        deadSpaceGrew = false;
    }

    /** Stages an atomic write whose {@code payload} has {@code payloadBytes} bytes. */
    void putEvents(EventStream stream, long first, long last, Payload payload, int payloadBytes, boolean urgent) {
        int bodyBytes = RecordType.EVENTS.leastBodyBytes() + payloadBytes;
        Run run = runFor(stream, bodyBytes, urgent);
        ByteBuffer body = group.beginRecord(RecordType.EVENTS, run.number, bodyBytes);
        body.putLong(first).putInt((int) (last - first));
        payload.putInto(body);
        stage(RecordType.EVENTS, run, first, last);
    }

    /** Stages what is to be kept of a stream whose events are deleted up to {@code deletedTo}. */
    void putState(EventStream stream, long highest, long deletedTo) {
        Run run = runFor(stream, RecordType.STATE.leastBodyBytes(), true);
        ByteBuffer body = group.beginRecord(RecordType.STATE, run.number, RecordType.STATE.leastBodyBytes());
        body.putLong(highest).putLong(deletedTo);
        stream.stagedDeletedTo = deletedTo;
        stage(RecordType.STATE, run, highest, deletedTo);
    }

    /** Stages that the journal no longer consists of {@code segment}. */
    void putRemoved(Segment segment) {
        ensureRoom(RecordFormat.OVERHEAD_BYTES + RecordType.REMOVED.leastBodyBytes(), 0, true);
        group.beginRecord(RecordType.REMOVED, 0, RecordType.REMOVED.leastBodyBytes())
                .putLong(segment.number);
        group.endRecord();
        segment.isRemoved = true;
    }

    private void stage(RecordType type, Run run, long a, long b) {
        int offset = group.endRecord();
        staged.add(new Staged(type, run, a, b, offset, group.end() - offset));
    }

    /** The run of the stream in the segment that has room for a record of it, defined there if it is its first. */
    private Run runFor(EventStream stream, int bodyBytes, boolean urgent) {
        int definitionBytes = RecordFormat.OVERHEAD_BYTES + MOST_UTF8_BYTES * stream.persistenceId.length();
        int recordBytes = RecordFormat.OVERHEAD_BYTES + bodyBytes;
        ensureRoom(recordBytes + (isInActive(stream.activeRun) ? 0 : definitionBytes), definitionBytes, urgent);
        Run run = stream.activeRun;
        if (run != null && isInActive(run)) {
            return run;
        }
        run = active.newRun(stream);
        stream.activeRun = run;
        byte[] name = stream.persistenceId.getBytes(StandardCharsets.UTF_8);
        group.beginRecord(RecordType.DEFINE, run.number, name.length).put(name);
        group.endRecord();
        active.overheadBytes += RecordFormat.OVERHEAD_BYTES + name.length;
        return run;
    }

    private boolean isInActive(@Nullable Run run) {
        return run != null && run.segment == active;
    }

    /**
     * Sees to it that {@code bytes} can be put to the group, in the next segment if need be.
     *
     * @param definitionBytes what a definition of the persistence id takes, which a next segment needs
     */
    private void ensureRoom(int bytes, int definitionBytes, boolean urgent) {
        checkOpen();
        if (group.sizeBytes() > 0 && (long) group.sizeBytes() + bytes > FULL_GROUP_BYTES) {
            flush();
        }
        if ((long) group.end() + bytes > active.sizeBytes) {
            flush();
            beginSegment(Math.addExact(bytes, definitionBytes), urgent);
        }
    }

    /** Seals the active segment and begins the next one; its header goes to disk together with its first records. */
    private void beginSegment(int bytes, boolean urgent) {
        Segment sealed = active;
        long number = sealed.number + 1;
        List<Segment> members =
                segments.values().stream().filter(member -> !member.isRemoved).toList();
        int rosterBytes = members.size() * RecordFormat.ROSTER_ENTRY_BYTES;
        int overheadBytes = SegmentHeader.BYTES + RecordFormat.OVERHEAD_BYTES + rosterBytes;
        try {
            DataFile file = supply.take(number, overheadBytes, bytes, urgent);
            activeFile.close();
            activeFile = file;
            active = new Segment(number, Math.toIntExact(file.sizeBytes()));
        } catch (IOException e) {
            throw latch(e);
        }
        group.begin(number, 0, 0);
        group.putHeader(new SegmentHeader(number, active.sizeBytes, journalId, sealed.chain));
        ByteBuffer roster = group.beginRecord(RecordType.ROSTER, 0, rosterBytes);
        for (Segment segment : members) {
            roster.putLong(segment.number).putInt(segment.end).putInt(segment.chain);
        }
        group.endRecord();
        active.overheadBytes = group.end();
        segments.put(number, active);
        deadSpaceGrew = true;
        chores.add(
                "write the index of segment " + sealed.number, () -> SegmentIndex.write(directory, journalId, sealed));
        supply.order(number + 1);
    }

    /** Makes all that is staged durable and then visible. */
    void flush() {
        checkOpen();
        if (group.sizeBytes() == 0) {
            return;
        }
        try {
            activeFile.write(group.bytes(), group.start());
            activeFile.force();
            active.end = group.end();
            active.chain = group.chain();
            publish();
            markBytes.clear();
            new SyncedMark(active.number, active.end, active.chain).put(markBytes);
            markFile.write(markBytes.flip(), 0);
        } catch (IOException | RuntimeException e) {
            throw latch(e);
        }
        group.begin(active.number, active.end, active.chain);
    }

    private void publish() {
        for (Staged record : staged) {
            Run run = record.run;
            EventStream stream = run.stream;
            if (record.type == RecordType.EVENTS) {
                long deletedTo = stream.deletedTo();
                long before = run.liveBytes(deletedTo);
                stream.add(run, record.a, record.b, record.offset, record.length);
                run.segment.liveBytes += run.liveBytes(deletedTo) - before;
            } else {
                publishState(run, record.a, record.b);
            }
        }
        staged.clear();
    }

    private void publishState(Run run, long highest, long deletedTo) {
        deadSpaceGrew = true;
        EventStream stream = run.stream;
        long before = stream.deletedTo();
        run.stateHighest = highest;
        run.stateDeletedTo = deletedTo;
        for (Run held : stream.liveRuns()) {
            held.segment.liveBytes += held.liveBytes(deletedTo) - held.liveBytes(before);
        }
        stream.raise(highest, deletedTo);
        stream.dropDeadRuns();
        if (stream.stateRun != null) {
            stream.stateRun.segment.liveBytes -= run.stateBytes();
        }
        stream.stateRun = run;
        run.segment.liveBytes += run.stateBytes();
    }

    private JournalLatchedException latch(Exception cause) {
        failure = cause;
        return new JournalLatchedException(directory.path(), cause);
    }

    void close() throws IOException {
        try (markFile) {
            if (failure == null) {
                flush();
                markFile.force();
            }
        } finally {
            activeFile.close();
        }
    }

    /** Puts the bytes of events where they are asked for. */
    @FunctionalInterface
    interface Payload {
        void putInto(ByteBuffer target);
    }
}
