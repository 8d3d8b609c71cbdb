package org.uitto.journal.segment;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An open file of a {@link Directory}. Its length does not change while it is open. */
public interface DataFile extends Closeable {
    /** The name of the file within its directory. */
    String name();

    /** The length of the file in bytes. */
    long sizeBytes() throws IOException;

    /**
     * Fills {@code target} from {@code offset} on.
     *
     * @throws java.io.EOFException if the file ends before the buffer is full
     */
    void read(ByteBuffer target, long offset) throws IOException;

    /** Writes all of {@code source} at {@code offset}, within the length of the file. Durable only after {@link #force}. */
    void write(ByteBuffer source, long offset) throws IOException;

    /** Makes everything written so far durable. After a failure nothing is known of what was written since the last one. */
    void force() throws IOException;
}
