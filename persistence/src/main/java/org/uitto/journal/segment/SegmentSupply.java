package org.uitto.journal.segment;

import java.io.Closeable;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the files of segments, each ahead of need, so that no writer pauses for one. Used by the writer. A writer that
 * comes before its file is filled does not wait for that: where the disk has ample room, it takes the file as it is.
 */
final class SegmentSupply implements Closeable {
    /** What must be free besides the reserve, in segments, for one that has not all its room yet. */
    private static final int AMPLE_SEGMENTS = 4;

    private final Directory directory;
    private final StoreSettings settings;
    private final Chores chores;
    private final Consumer<String> warnings;
    /** Whether the last segment that was needed could not be made for lack of room. */
    private boolean isFull;

    /** The file made ahead; volatile since a chore sets it, and read only once the chores are done. */
    private volatile @Nullable DataFile ready;

    /** Whether the writer waits. */
    private volatile boolean isAwaited;

    SegmentSupply(Directory directory, StoreSettings settings, Chores chores, Consumer<String> warnings) {
        this.directory = directory;
        this.settings = settings;
        this.chores = chores;
        this.warnings = warnings;
    }

    /** A file of zeros was found that suits. */
    void found(DataFile file) {
        ready = file;
    }

    /** Lets the file of segment {@code number} be made; if that fails, {@link #take} tries again and says why. */
    void order(long number) {
        chores.add(
                "make segment " + number + " ahead of need",
                () -> ready = make(number, settings.segmentSizeBytes(), settings.reserveBytes()));
    }

    /**
     * Hands out the file of segment {@code number}, made now if there is none yet.
     *
     * @param overheadBytes what its header and roster take; where that is much, the segment is made larger by as much
     * @param bytes what must fit into it besides
     * @param urgent whether the reserve may be used, for what is going to make room
     * @throws JournalFullException if there is no room for it
     */
    DataFile take(long number, int overheadBytes, int bytes, boolean urgent) throws IOException {
        int usualBytes = overheadBytes > settings.segmentSizeBytes() / 4 ? settings.segmentSizeBytes() : 0;
        int leastBytes = Math.addExact(overheadBytes, Math.max(bytes, usualBytes));
        isAwaited = true;
        try {
            chores.await();
            return taken(number, leastBytes, urgent);
        } finally {
            isAwaited = false;
        }
    }

    private DataFile taken(long number, int leastBytes, boolean urgent) throws IOException {
        DataFile file = ready;
        ready = null;
        if (file != null && file.sizeBytes() >= leastBytes) {
            return file;
        }
        if (file != null) {
            file.close();
        }
        int sizeBytes = Math.max(settings.segmentSizeBytes(), leastBytes);
        if (urgent) {
            return make(number, sizeBytes, 0);
        }
        try {
            DataFile made = make(number, sizeBytes, settings.reserveBytes());
            if (isFull) {
                isFull = false;
                warnings.accept("There is room again for the journal in " + directory.path() + ": writes go on.");
            }
            return made;
        } catch (JournalFullException e) {
            if (!isFull) {
                isFull = true;
                warnings.accept("The journal is full and refuses writes. " + e.getMessage());
            }
            throw e;
        }
    }

    private DataFile make(long number, int sizeBytes, long reserveBytes) throws IOException {
        long usableBytes = directory.usableBytes();
        if (usableBytes - sizeBytes < reserveBytes) {
            throw new JournalFullException("No room in " + directory.path() + " for another segment of " + sizeBytes
                    + " bytes: " + usableBytes + " bytes are free, of which `uitto.journal.reserve` keeps "
                    + reserveBytes + ". Make room on the disk, or delete events; writes go on then.");
        }
        String name = FileNames.segment(number);
        String aside = name + FileNames.PREPARING;
        try {
            boolean isAmple = usableBytes - (long) AMPLE_SEGMENTS * sizeBytes >= reserveBytes;
            directory.create(aside, sizeBytes, () -> isAmple && isAwaited).close();
        } catch (IOException e) {
            directory.delete(aside);
            if (directory.usableBytes() < sizeBytes) {
                throw new JournalFullException("The disk of " + directory.path() + " filled up while segment " + number
                        + " was made (" + e + "). Make room on the disk; writes go on then.");
            }
            throw e;
        }
        directory.rename(aside, name);
        directory.force();
        return directory.open(name);
    }

    @Override
    public void close() throws IOException {
        DataFile file = ready;
        if (file != null) {
            file.close();
        }
    }
}
