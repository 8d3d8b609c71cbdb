package org.uitto.replicated;

import com.esotericsoftware.kryo.io.Input;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads a string that is most often the same as the one before, and then makes no new one, which would have to be hashed anew
 * wherever something is looked up by it. Not thread-safe.
 */
final class RepeatedString {
    private byte[] writtenLast = {};
    private @Nullable String last;

    /** The next string of {@code input}; null if it was written as that. */
    @Nullable
    String read(Input input) {
        int start = input.position();
        int end = start + writtenLast.length;
        if (last != null
                && end <= input.limit()
                && Arrays.equals(input.getBuffer(), start, end, writtenLast, 0, writtenLast.length)) {
            input.setPosition(end);
            return last;
        }
        last = input.readString();
        writtenLast = Arrays.copyOfRange(input.getBuffer(), start, input.position());
        return last;
    }
}
