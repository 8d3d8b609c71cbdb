package org.uitto.journal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/**
 * Reads one segment from its header to its end, over whatever is damaged in it: a record carries the checksum before it,
 * so the next whole one behind a damaged stretch is found by looking for it at every offset. Changes nothing.
 */
final class SegmentSurvey {
    private final DataFile file;
    private final long number;
    private final int sizeBytes;
    private final Tail tail;
    private final Visitor visitor;

    /** The persistence ids by the numbers that the segment has for them, as far as they are known. */
    final Map<Integer, String> names = new TreeMap<>();
    /** Where the whole records with events are, by the number of their persistence id. */
    final Map<Integer, RecordTable> tables = new TreeMap<>();
    /** What holds no whole record, though one was there. */
    final List<Stretch> damaged = new ArrayList<>();
    /** The sealed segments of the journal, if the record that says so is whole. */
    Optional<List<Segment>> roster = Optional.empty();

    final Set<Long> removed = new HashSet<>();
    /** Behind the last whole record that was read. */
    int end;
    /** The checksum that ends it. */
    int chain;

    /** A part of a file, {@code from} inclusive and {@code to} exclusive. */
    record Stretch(int from, int to) {}

    /** Told of each whole record, in the order of the file. */
    interface Visitor {
        void visit(JournalRecord record) throws IOException;
    }

    /** A survey of the segment {@code number} in {@code file}, which has room for a header at least. */
    SegmentSurvey(Directory directory, DataFile file, long number, Visitor visitor) throws IOException {
        this.file = file;
        this.number = number;
        this.sizeBytes = (int) Math.min(file.sizeBytes(), Integer.MAX_VALUE);
        this.tail = new Tail(directory, file, number);
        this.visitor = visitor;
        this.end = SegmentHeader.BYTES;
        this.chain = chainBefore(SegmentHeader.BYTES);
    }

    /** Reads to the first place that holds no whole record; {@link #end} says where that is. */
    void readOn(int limit, Boundary boundary) throws IOException {
        RecordScanner scanner = new RecordScanner(file, number, Math.min(limit, sizeBytes), end, chain);
        boundary.at(end, chain);
        while (scanner.next()) {
            take(scanner);
            end = scanner.end();
            chain = scanner.chain();
            boundary.at(end, chain);
        }
    }

    /** Reads what whole records there are up to {@code limit}, and notes the stretches between them. */
    void readOver(int limit, Boundary boundary) throws IOException {
        readOn(limit, boundary);
        while (end < Math.min(limit, sizeBytes)) {
            OptionalInt next = tail.nextWhole(end + 1, Math.min(limit, sizeBytes));
            if (next.isEmpty()) {
                break;
            }
            damaged.add(new Stretch(end, next.getAsInt()));
            end = next.getAsInt();
            chain = chainBefore(end);
            readOn(limit, boundary);
        }
        if (end < limit) {
            damaged.add(new Stretch(end, limit));
        }
    }

    /** Told of each place where a record ends or the first begins, and of the checksum there. */
    interface Boundary {
        void at(int end, int chain);
    }

    /** The offset behind the last byte that is not zero; at least {@code from}. */
    int endOfUse(int from) throws IOException {
        return tail.endOfUse(Math.min(from, sizeBytes));
    }

    /** Where a record is that says all up to {@code from} had been synced, and more. */
    OptionalInt laterGroup(int from) throws IOException {
        return tail.laterGroup(from, endOfUse(from));
    }

    private int chainBefore(int offset) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(RecordFormat.CHAIN_BYTES);
        file.read(bytes, offset - RecordFormat.CHAIN_BYTES);
        return bytes.getInt(0);
    }

    private void take(RecordScanner scanner) throws IOException {
        ByteBuffer body = scanner.body();
        String owner = names.get(scanner.number());
        long first = 0;
        long last = 0;
        long deletedTo = 0;
        switch (scanner.type()) {
            case DEFINE -> {
                owner = StandardCharsets.UTF_8.decode(body.duplicate()).toString();
                names.put(scanner.number(), owner);
            }
            case EVENTS -> {
                first = body.getLong();
                last = first + body.getInt();
                tables.computeIfAbsent(scanner.number(), any -> new RecordTable())
                        .add(first, last, scanner.offset(), scanner.length());
            }
            case STATE -> {
                last = body.getLong();
                deletedTo = body.getLong();
            }
            case ROSTER -> takeRoster(body.duplicate());
            case REMOVED -> removed.add(body.getLong(0));
        }
        boolean isOwned = scanner.type() != RecordType.ROSTER && scanner.type() != RecordType.REMOVED;
        visitor.visit(new JournalRecord(
                number,
                scanner.offset(),
                scanner.type(),
                isOwned ? Optional.ofNullable(owner) : Optional.empty(),
                scanner.number(),
                first,
                last,
                deletedTo,
                body));
    }

    private void takeRoster(ByteBuffer body) {
        List<Segment> members = new ArrayList<>();
        while (body.hasRemaining()) {
            Segment member = new Segment(body.getLong(), 0);
            member.end = body.getInt();
            member.chain = body.getInt();
            members.add(member);
        }
        roster = Optional.of(members);
    }

    /** What the bytes at {@code offset} say of their owner, damaged as they may be. */
    Optional<JournalFinding.Range> guess(int offset) throws IOException {
        if (sizeBytes < offset + RecordFormat.EVENTS_PAYLOAD) {
            return Optional.empty();
        }
        ByteBuffer head = ByteBuffer.allocate(RecordFormat.EVENTS_PAYLOAD);
        file.read(head, offset);
        String owner = names.get(head.getInt(RecordFormat.NUMBER));
        long first = head.getLong(RecordFormat.BODY);
        int more = head.getInt(RecordFormat.BODY + Long.BYTES);
        boolean isLikely = head.get(RecordFormat.TYPE) == RecordType.EVENTS.code() && first > 0 && more >= 0;
        return isLikely && owner != null
                ? Optional.of(new JournalFinding.Range(owner, first, first + more))
                : Optional.empty();
    }
}
