package org.uitto.replicated;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.uitto.replicated.ValueCodec.CodecException;

/**
 * The sessions of a group (thesis §6.3): which commands have taken effect and what was replied, as far as a proxy may still ask
 * again. Part of the replicated state: it follows from the log alone, and snapshots hold it. So whichever node leads, a
 * command that was sent again takes effect once and gets its first reply.
 *
 * <p>Differs from the thesis: the leader looks a command up before it proposes it, among what is committed and what is not yet,
 * so that no command is in a log twice; what is applied need not be looked up again.
 */
final class Sessions {
    private static final byte VERSION = 1;
    private static final byte[] NO_REPLY = {};

    private static final class Session {
        final ReplyWindow replies;
        final long expiryMillis;
        long lastTimeMillis;

        Session(ReplyWindow replies, long expiryMillis, long lastTimeMillis) {
            this.replies = replies;
            this.expiryMillis = expiryMillis;
            this.lastTimeMillis = lastTimeMillis;
        }
    }

    // In the order of their last commands; the latest is beside, so that it need not be moved at each of its commands.
    private final LinkedHashMap<Long, Session> byId = new LinkedHashMap<>();
    private long latestId;
    private long timeMillis;

    /** How many there are. */
    int count() {
        return byId.size();
    }

    /**
     * The group's time: that of the clocks of its leaders, in milliseconds since 1970, as far as the log tells it. Never
     * decreases.
     */
    long timeMillis() {
        return timeMillis;
    }

    /** Whether this session is known and will not have expired when a command of {@code atMillis} takes effect. */
    boolean contains(long session, long atMillis) {
        Session known = byId.get(session);
        return known != null && atMillis - known.lastTimeMillis < known.expiryMillis;
    }

    /** Whether the proxy has told that it has the answer to {@code number}. */
    boolean isAnswered(long session, long number) {
        Session known = byId.get(session);
        return known != null && number < known.replies.firstNumber();
    }

    /** The reply to a command that has taken effect, an empty one if it has none; empty if it has not, or is forgotten. */
    Optional<byte[]> reply(long session, long number) {
        Session known = byId.get(session);
        return known == null || !known.replies.contains(number)
                ? Optional.empty()
                : Optional.of(known.replies.reply(number));
    }

    /** The entry at {@code index} begins a session. */
    void open(long index, SessionOpening opening) {
        advance(opening.timeMillis());
        Iterator<Long> eldest = byId.keySet().iterator();
        for (int excess = byId.size() + 1 - opening.maxSessions(); excess > 0; excess--) {
            eldest.next();
            eldest.remove();
        }
        byId.put(index, new Session(new ReplyWindow(0), opening.expiryMillis(), timeMillis));
        latestId = index;
    }

    /** The command of {@code entry} takes effect. */
    void record(CommandEntry entry) {
        advance(entry.timeMillis());
        Session session = byId.get(entry.session());
        if (session == null) {
            return; // Forgotten while the command was under way: nobody can ask for its reply.
        }
        if (session.replies.contains(entry.number())) {
            throw new IllegalStateException("Command " + entry.number() + " of session " + entry.session()
                    + " takes effect a second time (exactly once)");
        }
        session.replies.forgetBelow(entry.firstUnanswered());
        session.replies.put(entry.number(), entry.reply().orElse(NO_REPLY));
        session.lastTimeMillis = timeMillis;
        if (entry.session() != latestId) {
            byId.remove(entry.session());
            byId.put(entry.session(), session);
            latestId = entry.session();
        }
    }

    private void advance(long newTimeMillis) {
        if (newTimeMillis <= timeMillis) {
            return; // Whoever has expired by now is gone already.
        }
        timeMillis = newTimeMillis;
        Iterator<Session> eldest = byId.values().iterator();
        while (eldest.hasNext()) {
            Session session = eldest.next();
            if (timeMillis - session.lastTimeMillis < session.expiryMillis) {
                return;
            }
            eldest.remove();
        }
    }

    void write(Output output) {
        output.writeByte(VERSION);
        output.writeVarLong(timeMillis, true);
        output.writeVarInt(byId.size(), true);
        for (Map.Entry<Long, Session> entry : byId.entrySet()) {
            Session session = entry.getValue();
            output.writeVarLong(entry.getKey(), true);
            output.writeVarLong(session.expiryMillis, true);
            output.writeVarLong(session.lastTimeMillis, true);
            session.replies.write(output);
        }
    }

    /** What {@link #write} has written; leaves {@code input} behind it. */
    static Sessions read(Input input) throws CodecException {
        try {
            byte version = input.readByte();
            if (version != VERSION) {
                throw new CodecException("The sessions have layout " + version + "; this version of Uitto reads "
                        + VERSION + ". Was the snapshot taken by another version?");
            }
            Sessions sessions = new Sessions();
            sessions.timeMillis = input.readVarLong(true);
            int count = input.readVarInt(true);
            for (int i = 0; i < count; i++) {
                long id = input.readVarLong(true);
                long expiryMillis = input.readVarLong(true);
                long lastTimeMillis = input.readVarLong(true);
                sessions.byId.put(id, new Session(ReplyWindow.read(input), expiryMillis, lastTimeMillis));
                sessions.latestId = id;
            }
            return sessions;
        } catch (KryoException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new CodecException("The sessions in the snapshot are damaged: " + e.getMessage(), e);
        }
    }
}
