package org.uitto.journal.segment;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The one folder that a journal lives in: the seam between the engine and a disk, real or simulated. Safe for use by
 * several threads; a {@link DataFile} is written by one at a time.
 */
public interface Directory extends Closeable {
    /** Where the folder is, for messages. */
    String path();

    /**
     * Takes the folder for this journal until {@link #close}.
     *
     * @throws JournalRefusedException if another journal, here or in another process, has it
     */
    void lock() throws IOException;

    /** The names of all files in the folder, in no order. */
    List<String> list() throws IOException;

    /** Makes a file of {@code sizeBytes} zeros that are durable; its name is only after {@link #force}. */
    default DataFile create(String name, long sizeBytes) throws IOException {
        return create(name, sizeBytes, () -> false);
    }

    /**
     * Makes a file of {@code sizeBytes} zeros that are durable; its name is only after {@link #force}.
     *
     * @param hurry asked again and again: as soon as it says so, what is left of the file is given room on the disk only
     *     when it is written to, which then takes longer and fails if there is none
     */
    DataFile create(String name, long sizeBytes, BooleanSupplier hurry) throws IOException;

    /**
     * Opens a file to read and to write.
     *
     * @throws java.nio.file.NoSuchFileException if there is none of that name
     */
    DataFile open(String name) throws IOException;

    /** Gives a file another name, in one step, replacing the file that had it. Durable after {@link #force}. */
    void rename(String from, String to) throws IOException;

    /** Removes a file if it is there. Durable after {@link #force}. An open {@link DataFile} remains readable. */
    void delete(String name) throws IOException;

    /** Makes names made, changed and removed so far durable. */
    void force() throws IOException;

    /** How many bytes more this process could write to the disk. */
    long usableBytes() throws IOException;

    /** Gives the folder free again. */
    @Override
    void close() throws IOException;
}
