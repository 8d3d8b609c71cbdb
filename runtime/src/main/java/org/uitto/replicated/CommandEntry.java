package org.uitto.replicated;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.Optional;
import org.uitto.replicated.ValueCodec.CodecException;

/**
 * What the log holds of one command: which it was, its reply, and its events (thesis §6.3).
 *
 * <p>Layout: version (1 byte), session, number, number less {@code firstUnanswered}, time (varints), length of the reply plus
 * 1, or 0 if there is none (varint), reply, events.
 *
 * @param session the session of the proxy that sent it
 * @param number the proxy's number of it
 * @param firstUnanswered the lowest number for which the proxy awaited an answer when it sent this one; at most {@code number}
 * @param timeMillis the group's time, see {@link Sessions#timeMillis()}
 * @param reply as {@link ValueCodec} writes it; empty if there is none
 */
record CommandEntry(long session, long number, long firstUnanswered, long timeMillis, Optional<byte[]> reply) {
    private static final byte VERSION = 1;

    /** Appends all but the events, which are to follow. */
    static void writeHeader(Output output, Origin origin, long timeMillis, Optional<byte[]> reply) {
        output.writeByte(VERSION);
        output.writeVarLong(origin.sending().session(), true);
        output.writeVarLong(origin.number(), true);
        output.writeVarLong(origin.number() - origin.sending().firstUnanswered(), true);
        output.writeVarLong(timeMillis, true);
        if (reply.isPresent()) {
            byte[] bytes = reply.get();
            output.writeVarInt(bytes.length + 1, true);
            output.writeBytes(bytes);
        } else {
            output.writeVarInt(0, true);
        }
    }

    CommandKey key() {
        return new CommandKey(session, number);
    }

    /** What {@code input} holds of a command up to its events, at which it is then. */
    static CommandEntry read(Input input) throws CodecException {
        try {
            byte version = input.readByte();
            if (version != VERSION) {
                throw new CodecException("The entry of a command has layout " + version
                        + "; this version of Uitto reads " + VERSION + ". Was it written by another version?");
            }
            long session = input.readVarLong(true);
            long number = input.readVarLong(true);
            long firstUnanswered = number - input.readVarLong(true);
            long timeMillis = input.readVarLong(true);
            int replyBytes = input.readVarInt(true) - 1;
            Optional<byte[]> reply = replyBytes < 0 ? Optional.empty() : Optional.of(input.readBytes(replyBytes));
            return new CommandEntry(session, number, firstUnanswered, timeMillis, reply);
        } catch (KryoException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new CodecException("The entry of a command is damaged: " + e.getMessage(), e);
        }
    }
}
