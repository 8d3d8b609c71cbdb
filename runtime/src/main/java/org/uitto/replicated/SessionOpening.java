package org.uitto.replicated;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import org.uitto.replicated.ValueCodec.CodecException;

/**
 * What the log holds where a session begins; the session's name is the index of this entry. The bounds are the leader's, so
 * that all replicas forget the same sessions.
 *
 * @param timeMillis the group's time, see {@link Sessions#timeMillis()}
 * @param expiryMillis how long after its last command a session is forgotten
 * @param maxSessions how many sessions are kept; at least 1
 */
record SessionOpening(long timeMillis, long expiryMillis, int maxSessions) {
    private static final byte VERSION = 1;

    byte[] toBytes() {
        Output output = new Output(32, -1);
        output.writeByte(VERSION);
        output.writeVarLong(timeMillis, true);
        output.writeVarLong(expiryMillis, true);
        output.writeVarInt(maxSessions, true);
        return output.toBytes();
    }

    /** What {@code length} bytes of {@code array} from {@code offset} hold. */
    static SessionOpening read(byte[] array, int offset, int length) throws CodecException {
        Input input = new Input(array, offset, length);
        try {
            byte version = input.readByte();
            if (version != VERSION) {
                throw new CodecException("The entry of a session has layout " + version
                        + "; this version of Uitto reads " + VERSION + ". Was it written by another version?");
            }
            return new SessionOpening(input.readVarLong(true), input.readVarLong(true), input.readVarInt(true));
        } catch (KryoException | IndexOutOfBoundsException e) {
            throw new CodecException("The entry of a session is damaged: " + e.getMessage(), e);
        }
    }
}
