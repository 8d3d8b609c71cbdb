package org.uitto.journal.segment;

import java.io.IOException;
import java.nio.ByteBuffer;

/** A part of a file in memory, moved along as it is read. */
final class Window {
    private final DataFile file;
    private final int readAheadBytes;
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    private int start;

    /** Reads {@code readAheadBytes} at a time, or more if more is asked for. */
    Window(DataFile file, int readAheadBytes) {
        this.file = file;
        this.readAheadBytes = readAheadBytes;
    }

    /**
     * The {@code bytes} bytes at {@code offset}, valid until the next call.
     *
     * @param limit how far it is of use to read ahead; at least {@code offset + bytes}
     */
    ByteBuffer at(int offset, int bytes, int limit) throws IOException {
        if (offset < start || offset + bytes > start + buffer.limit()) {
            int size = Math.min(Math.max(bytes, readAheadBytes), limit - offset);
            if (buffer.capacity() < size || buffer.capacity() > 4 * Math.max(size, readAheadBytes)) {
                buffer = ByteBuffer.allocate(size);
            }
            start = offset;
            buffer.clear().limit(size);
            try {
                file.read(buffer, offset);
            } catch (IOException e) {
                buffer.limit(0);
                throw e;
            }
            buffer.flip();
        }
        return buffer.slice(offset - start, bytes);
    }
}
