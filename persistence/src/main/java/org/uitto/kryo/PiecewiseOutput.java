package org.uitto.kryo;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.KryoBufferOverflowException;
import com.esotericsoftware.kryo.io.Output;
import org.apache.pekko.util.ByteString;
import org.apache.pekko.util.ByteStringBuilder;

/**
 * Writes to one array after the other, so that an object of any size is written without being copied, and without an array of its
 * size. Not thread-safe.
 */
final class PiecewiseOutput extends Output {
    private static final byte[] NOTHING = {};
    private static final int FIRST_PIECE_BYTES = 1 << 10;

    /** Well below what the garbage collector treats as an object of unusual size. */
    private static final int LARGEST_PIECE_BYTES = 256 << 10;

    private final int maxBytes;
    private final ByteStringBuilder pieces = ByteString.createBuilder();

    /** @param maxBytes the most bytes that can be written; more fail with a {@link KryoBufferOverflowException} */
    PiecewiseOutput(int maxBytes) {
        super(Math.min(FIRST_PIECE_BYTES, maxBytes), LARGEST_PIECE_BYTES);
        this.maxBytes = maxBytes;
    }

    /** Whatever was written. Nothing can be written any more. */
    ByteString toByteString() {
        finishPiece();
        return pieces.result();
    }

    @Override
    protected boolean require(int required) {
        if (required <= capacity - position) {
            return false;
        }
        finishPiece();
        long left = maxBytes - total;
        if (required > left) {
            throw new KryoBufferOverflowException(total + required + " bytes are more than " + maxBytes + ".");
        }
        capacity = (int) Math.min(left, Math.max(required, Math.min(2 * capacity, LARGEST_PIECE_BYTES)));
        buffer = new byte[capacity];
        return true;
    }

    private void finishPiece() {
        pieces.append(ByteString.fromArrayUnsafe(buffer, 0, position));
        total += position;
        position = 0;
        buffer = NOTHING;
    }

    /** What was written before is in another piece, perhaps: no layout can go back to it. */
    @Override
    public void setPosition(int position) {
        throw new KryoException(
                "An object that may be large is written piece by piece: its layout can't go back to position "
                        + position + ".");
    }
}
