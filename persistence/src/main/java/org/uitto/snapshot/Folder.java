package org.uitto.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;

/** The one folder that snapshots are in: the seam between the store and a disk, real or simulated. Safe for threads. */
interface Folder extends Closeable {
    /** Where the folder is, for messages. */
    String path();

    /**
     * Takes the folder for this store until {@link #close}.
     *
     * @throws SnapshotRefusedException if another store, here or in another process, has it
     */
    void lock() throws IOException;

    /** The names of all files in the folder, in no order. */
    List<String> list() throws IOException;

    /** Makes an empty file, in place of one of that name if there is one. */
    NewFile create(String name) throws IOException;

    /**
     * Opens a file to read. It remains readable when it is removed meanwhile.
     *
     * @throws java.nio.file.NoSuchFileException if there is none of that name
     */
    StoredFile open(String name) throws IOException;

    /** Gives a file another name, in one step, replacing the file that had it. Durable after {@link #force}. */
    void rename(String from, String to) throws IOException;

    /** Removes a file if it is there. Durable after {@link #force}. */
    void delete(String name) throws IOException;

    /** Makes names made, changed and removed so far durable. */
    void force() throws IOException;

    /** How many bytes more this process could write to the disk. */
    long usableBytes() throws IOException;

    /** Gives the folder free again. */
    @Override
    void close() throws IOException;

    /** A file that is being written, from its beginning to its end. */
    interface NewFile extends Closeable {
        /** Writes all of {@code source} behind what was written before. Durable only after {@link #force}. */
        void write(ByteBuffer source) throws IOException;

        /** Makes what was written durable. After a failure nothing is known of it. */
        void force() throws IOException;
    }

    /** A file that is being read, from its beginning to its end. */
    interface StoredFile extends Closeable {
        /** The length of the file in bytes. */
        long sizeBytes() throws IOException;

        /**
         * Fills {@code target} with what follows.
         *
         * @throws java.io.EOFException if the file ends before the buffer is full
         */
        void read(ByteBuffer target) throws IOException;
    }
}
