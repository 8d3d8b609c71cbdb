package org.uitto.journal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.uitto.journal.segment.JournalDamagedException.Spot;

/** Finds out what a directory holds, refuses what must not be opened, and mends what the last run left half written. */
final class Recovery {
    private final Directory directory;
    private final StoreSettings settings;
    private final Chores chores;
    private final Consumer<String> warnings;
    private final ConcurrentHashMap<String, EventStream> streams = new ConcurrentHashMap<>();
    private final TreeMap<Long, Segment> segments = new TreeMap<>();

    Recovery(Directory directory, StoreSettings settings, Chores chores, Consumer<String> warnings) {
        this.directory = directory;
        this.settings = settings;
        this.chores = chores;
        this.warnings = warnings;
    }

    Recovered run() throws IOException {
        List<String> names = directory.list();
        FileNames.refuseHalfRepaired(directory, names);
        for (String name : names) {
            if (name.endsWith(FileNames.PREPARING)) {
                directory.delete(name);
            }
        }
        Optional<Identity> found = Identity.read(directory);
        Identity identity = found.isPresent()
                ? found.get().claimedBy(directory, settings.owner())
                : new Birth(directory, settings).make();
        DataFile markFile = openMark();
        Optional<SyncedMark> mark = readMark(markFile);
        NavigableMap<Long, SegmentHeader.Begun> unread = new TreeMap<>();
        Optional<DataFile> spare = findNewest(unread, mark);
        Map.Entry<Long, SegmentHeader.Begun> newest = unread.firstEntry();
        if (newest == null) {
            throw new JournalDamagedException(
                    new Spot(
                            directory.path() + "/"
                                    + FileNames.segment(
                                            mark.map(SyncedMark::segment).orElse(1L)),
                            0),
                    "no segment of the journal is there");
        }
        checkNoneMissing(newest.getKey(), mark);
        DataFile activeFile = openSegment(newest.getKey(), identity);
        ActiveScan scan = new ActiveScan(directory, streams, warnings);
        Segment active = scan.run(activeFile, newest.getKey(), newest.getValue(), mark);
        loadSealed(scan, newest.getValue(), identity);
        segments.put(active.number, active);
        deleteLeftovers(active.number);
        scan.publish();
        settle(active);
        scan.makeDurable(activeFile, active, mark);
        ByteBuffer bytes = ByteBuffer.allocate(SyncedMark.BYTES);
        new SyncedMark(active.number, active.end, active.chain).put(bytes);
        markFile.write(bytes.flip(), 0);
        markFile.force();
        boolean isSpareGood = spare.isPresent() && suits(spare.get());
        return new Recovered(
                identity, streams, segments, active, activeFile, markFile, isSpareGood ? spare : Optional.empty());
    }

    private DataFile openMark() throws IOException {
        try {
            DataFile file = directory.open(FileNames.SYNCED);
            if (file.sizeBytes() >= SyncedMark.BYTES) {
                return file;
            }
            file.close();
        } catch (NoSuchFileException e) {
            // Made anew below, as if it were damaged.
        }
        DataFile file = directory.create(FileNames.SYNCED, SyncedMark.BYTES);
        directory.force();
        return file;
    }

    private Optional<SyncedMark> readMark(DataFile file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(SyncedMark.BYTES);
        file.read(bytes, 0);
        Optional<SyncedMark> mark = SyncedMark.read(bytes.flip());
        if (mark.isEmpty()) {
            warnings.accept(directory.path() + "/" + file.name() + " is missing or not whole, so the end of the journal"
                    + " is judged by its records alone. It was made anew.");
        }
        return mark;
    }

    /**
     * Goes down from the highest segment to the first that was begun, and puts that one into {@code newest}.
     *
     * @return the file behind it that was made ahead of need
     */
    private Optional<DataFile> findNewest(NavigableMap<Long, SegmentHeader.Begun> newest, Optional<SyncedMark> mark)
            throws IOException {
        List<Long> numbers = FileNames.segmentNumbers(directory.list());
        DataFile spare = null;
        for (int i = numbers.size() - 1; i >= 0 && newest.isEmpty(); i--) {
            long number = numbers.get(i);
            DataFile file = directory.open(FileNames.segment(number));
            if (readHeader(file) instanceof SegmentHeader.Begun begun && hasRoster(file, begun)) {
                file.close();
                newest.put(number, begun);
                continue;
            }
            new Tail(directory, file, number).cut(0, mark, warnings);
            if (spare != null) {
                spare.close();
            }
            spare = file;
        }
        return Optional.ofNullable(spare);
    }

    /** The segment behind the newest was made before any that is further on, and would still be there. */
    private void checkNoneMissing(long newest, Optional<SyncedMark> mark) throws IOException {
        List<Long> numbers = FileNames.segmentNumbers(directory.list());
        boolean isBegun = mark.isPresent() && mark.get().segment() > newest;
        boolean isSkipped = numbers.get(numbers.size() - 1) > newest && !numbers.contains(newest + 1);
        if (isBegun || isSkipped) {
            throw new JournalDamagedException(
                    new Spot(directory.path() + "/" + FileNames.segment(newest + 1), 0), "the segment is missing");
        }
    }

    /** Whether the first record is whole too; a segment is begun with both, and without the roster it is of no use. */
    private static boolean hasRoster(DataFile file, SegmentHeader.Begun begun) throws IOException {
        int sizeBytes = (int) Math.min(file.sizeBytes(), begun.header().sizeBytes());
        RecordScanner scanner = new RecordScanner(file, begun.header().number(), sizeBytes, begun.checksum());
        return scanner.next() && scanner.type() == RecordType.ROSTER;
    }

    /** Whether a file made ahead is what would be made now; if not, it is replaced when it is needed. */
    private boolean suits(DataFile spare) throws IOException {
        if (spare.sizeBytes() == settings.segmentSizeBytes()) {
            return true;
        }
        spare.close();
        return false;
    }

    private SegmentHeader.Reading readHeader(DataFile file) throws IOException {
        if (file.sizeBytes() < SegmentHeader.BYTES) {
            throw new JournalDamagedException(new Spot(path(file), 0), "the file is cut off within its header");
        }
        ByteBuffer bytes = ByteBuffer.allocate(SegmentHeader.BYTES);
        file.read(bytes, 0);
        SegmentHeader.Reading reading = SegmentHeader.read(bytes.flip());
        if (reading instanceof SegmentHeader.Newer newer) {
            throw new JournalRefusedException(path(file) + " is of format version " + newer.version()
                    + ", and this version of Uitto reads up to " + SegmentHeader.FORMAT_VERSION
                    + ". Update this node.");
        }
        return reading;
    }

    /** Opens a segment that must be one of this journal. */
    private DataFile openSegment(long number, Identity identity) throws IOException {
        DataFile file;
        try {
            file = directory.open(FileNames.segment(number));
        } catch (NoSuchFileException e) {
            throw new JournalDamagedException(
                    new Spot(directory.path() + "/" + FileNames.segment(number), 0),
                    "the segment is missing, and events in it were acknowledged");
        }
        if (!(readHeader(file) instanceof SegmentHeader.Begun begun)) {
            throw new JournalDamagedException(new Spot(path(file), 0), "the header of the segment is damaged");
        }
        SegmentHeader header = begun.header();
        if (!header.journalId().equals(identity.journalId()) || header.number() != number) {
            throw new JournalDamagedException(
                    new Spot(path(file), 0),
                    "it is segment " + header.number() + " of journal " + header.journalId() + ", not segment " + number
                            + " of journal " + identity.journalId());
        }
        if (file.sizeBytes() != header.sizeBytes()) {
            throw new JournalDamagedException(
                    new Spot(path(file), file.sizeBytes()),
                    "the file has " + file.sizeBytes() + " bytes and was made with " + header.sizeBytes());
        }
        return file;
    }

    private void loadSealed(ActiveScan scan, SegmentHeader.Begun newest, Identity identity) throws IOException {
        Segment before = null;
        for (Segment sealed : scan.roster()) {
            try (DataFile file = openSegment(sealed.number, identity)) {
                if (readHeader(file) instanceof SegmentHeader.Begun begun) {
                    checkSealed(file, sealed, begun, before);
                    load(file, sealed, begun, identity);
                }
            }
            segments.put(sealed.number, sealed);
            before = sealed;
        }
        if (before != null && before.number == newest.header().number() - 1) {
            checkSeed(before, newest.header());
        }
    }

    private void checkSealed(DataFile file, Segment sealed, SegmentHeader.Begun begun, @Nullable Segment before)
            throws IOException {
        if (before != null && before.number == sealed.number - 1) {
            checkSeed(before, begun.header());
        }
        ByteBuffer chain = ByteBuffer.allocate(RecordFormat.CHAIN_BYTES);
        file.read(chain, sealed.end - RecordFormat.CHAIN_BYTES);
        if (chain.getInt(0) != sealed.chain) {
            throw new JournalDamagedException(
                    new Spot(path(file), sealed.end - RecordFormat.CHAIN_BYTES),
                    "the segment does not end as it did when it was sealed");
        }
    }

    private void checkSeed(Segment before, SegmentHeader header) {
        if (header.seed() != before.chain) {
            throw new JournalDamagedException(
                    new Spot(directory.path() + "/" + FileNames.segment(header.number()), 0),
                    "it does not continue " + FileNames.segment(before.number));
        }
    }

    private void load(DataFile file, Segment sealed, SegmentHeader.Begun begun, Identity identity) throws IOException {
        if (SegmentIndex.readSummary(
                directory, identity.journalId(), sealed, name -> streams.computeIfAbsent(name, EventStream::new))) {
            sealed.runs.forEach(run -> run.stream.adopt(run));
            return;
        }
        sealed.runs.clear();
        sealed.overheadBytes = 0;
        warnings.accept("The index of " + path(file) + " is missing or not whole. It is made anew from the segment.");
        SegmentScan scan = new SegmentScan(sealed, streams);
        RecordScanner scanner = new RecordScanner(file, sealed.number, sealed.end, begun.checksum());
        scan.run(scanner);
        if (scanner.end() != sealed.end || scanner.chain() != sealed.chain) {
            throw scan.damaged(directory, file, scanner.end(), "the record there is damaged");
        }
        scan.publish();
        chores.add(
                "write the index of segment " + sealed.number,
                () -> SegmentIndex.write(directory, identity.journalId(), sealed));
    }

    /** Removes what the journal's own records say is no part of it any more. */
    private void deleteLeftovers(long active) throws IOException {
        List<String> names = directory.list();
        Set<Long> ours = segments.keySet();
        List<String> leftovers = Stream.concat(
                        FileNames.segmentNumbers(names).stream()
                                .filter(number -> number > active + 1 || (number < active && !ours.contains(number)))
                                .map(FileNames::segment),
                        FileNames.indexNumbers(names).stream()
                                .filter(number -> number >= active || !ours.contains(number))
                                .map(FileNames::index))
                .collect(Collectors.toList());
        for (String name : leftovers) {
            directory.delete(name);
        }
    }

    /** Works out, now that all is known, what is live and where. */
    private void settle(Segment active) {
        for (Segment segment : segments.values()) {
            for (Run run : segment.runs) {
                EventStream stream = run.stream;
                if (run.stateDeletedTo > 0 && run.stateDeletedTo == stream.deletedTo()) {
                    stream.stateRun = run;
                }
                if (segment == active) {
                    stream.activeRun = run;
                }
                segment.liveBytes += run.liveBytes(stream.deletedTo());
            }
        }
        for (EventStream stream : streams.values()) {
            stream.dropDeadRuns();
            if (stream.stateRun != null) {
                stream.stateRun.segment.liveBytes += stream.stateRun.stateBytes();
            }
        }
    }

    private String path(DataFile file) {
        return directory.path() + "/" + file.name();
    }
}
