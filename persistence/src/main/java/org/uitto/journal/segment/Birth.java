package org.uitto.journal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import org.uitto.journal.segment.JournalDamagedException.Spot;

/**
 * Makes a journal in a directory that has none: first segment, mark, and last the identity, whose presence says that the
 * rest is there.
 */
final class Birth {
    private final Directory directory;
    private final StoreSettings settings;

    Birth(Directory directory, StoreSettings settings) {
        this.directory = directory;
        this.settings = settings;
    }

    /**
     * Makes it.
     *
     * @throws JournalDamagedException if there are events, and only the identity is missing
     */
    Identity make() throws IOException {
        for (long number : FileNames.segmentNumbers(directory.list())) {
            checkEmpty(number);
        }
        Identity identity = new Identity(settings.newJournalId(), settings.owner());
        GroupBuffer group = new GroupBuffer();
        group.begin(1, 0, 0);
        group.putHeader(new SegmentHeader(1, settings.segmentSizeBytes(), identity.journalId(), 0));
        group.beginRecord(RecordType.ROSTER, 0, 0);
        group.endRecord();
        String name = FileNames.segment(1);
        try (DataFile file = directory.create(name + FileNames.PREPARING, settings.segmentSizeBytes())) {
            file.write(group.bytes(), 0);
            file.force();
        }
        directory.rename(name + FileNames.PREPARING, name);
        try (DataFile mark = directory.create(FileNames.SYNCED, SyncedMark.BYTES)) {
            ByteBuffer bytes = ByteBuffer.allocate(SyncedMark.BYTES);
            new SyncedMark(1, group.end(), group.chain()).put(bytes);
            mark.write(bytes.flip(), 0);
            mark.force();
        }
        directory.force();
        identity.write(directory);
        return identity;
    }

    private void checkEmpty(long number) throws IOException {
        try (DataFile file = directory.open(FileNames.segment(number))) {
            List<Long> others = FileNames.segmentNumbers(directory.list());
            ByteBuffer header = ByteBuffer.allocate(SegmentHeader.BYTES);
            if (others.size() == 1 && number == 1 && file.sizeBytes() >= SegmentHeader.BYTES) {
                file.read(header, 0);
                SegmentHeader.Reading reading = SegmentHeader.read(header.flip());
                if (reading instanceof SegmentHeader.Begun begun) {
                    SegmentScan scan = new SegmentScan(new Segment(1, 0), new HashMap<>());
                    scan.run(new RecordScanner(file, 1, (int) file.sizeBytes(), begun.checksum()));
                    if (scan.isEmpty()) {
                        return;
                    }
                }
            }
        }
        throw new JournalDamagedException(
                new Spot(directory.path() + "/" + FileNames.IDENTITY, 0),
                "it is missing, but there are segments of a journal");
    }
}
