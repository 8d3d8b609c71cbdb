package org.uitto.samples.chat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.uitto.kryo.KryoSerializable;

/**
 * What is in a room: an immutable value, bounded in size. The last {@value #MAX_MESSAGES} messages or more, and where the last
 * {@value #MAX_SESSIONS} sessions are.
 *
 * @param blocks the messages, oldest first, in blocks of {@value #BLOCK}, so that one more copies little
 * @param lastSequence the sequence number of the last message: 1, 2, 3, ... within the room; 0 if there was none
 * @param sessions where sessions are, the one that posted last at the end
 * @param forgottenUpTo every session that is not among {@code sessions} any more posted last at this sequence number or before
 */
record RoomState(List<List<Message>> blocks, long lastSequence, List<Session> sessions, long forgottenUpTo)
        implements KryoSerializable {
    static final int BLOCK = 64;
    static final int MAX_MESSAGES = 2048;
    static final int MAX_SESSIONS = 500;

    /** A room in which nothing was said yet. */
    static final RoomState EMPTY = new RoomState(List.of(), 0, List.of(), 0);

    /**
     * One message.
     *
     * @param sequence within the room
     * @param session who posted it; a secret of that browser
     * @param number in its session
     */
    record Message(long sequence, long atMillis, String session, long number, String author, String text) {}

    /**
     * Where one session is.
     *
     * @param number of its last message
     * @param lastSequence of that message
     */
    record Session(String id, long number, long lastSequence) {}

    RoomState {
        blocks = List.copyOf(blocks);
        sessions = List.copyOf(sessions);
    }

    /** The number of the next message of {@code session}; 1 if it is not known. */
    long expected(String session) {
        return sessions.stream()
                .filter(known -> known.id().equals(session))
                .findFirst()
                .map(known -> known.number() + 1)
                .orElse(1L);
    }

    /** When the last message was posted, in milliseconds since 1970; 0 if there was none. */
    long lastAtMillis() {
        return last().map(Message::atMillis).orElse(0L);
    }

    private Optional<Message> last() {
        if (blocks.isEmpty()) {
            return Optional.empty();
        }
        List<Message> block = blocks.get(blocks.size() - 1);
        return Optional.of(block.get(block.size() - 1));
    }

    /** The sequence number of the oldest message that is kept; 1 if there is none. */
    long firstSequence() {
        return blocks.isEmpty() ? 1 : blocks.get(0).get(0).sequence();
    }

    /** This room with one message more. */
    RoomState and(Room.Posted posted) {
        long sequence = lastSequence + 1;
        Message message = new Message(
                sequence, posted.atMillis(), posted.session(), posted.number(), posted.author(), posted.text());
        List<Session> marks = new ArrayList<>(sessions);
        marks.removeIf(known -> known.id().equals(posted.session()));
        long forgotten = forgottenUpTo;
        if (marks.size() >= MAX_SESSIONS) {
            forgotten = marks.remove(0).lastSequence();
        }
        marks.add(new Session(posted.session(), posted.number(), sequence));
        return new RoomState(appended(message), sequence, marks, forgotten);
    }

    private List<List<Message>> appended(Message message) {
        List<List<Message>> all = new ArrayList<>(blocks);
        boolean isFull = all.isEmpty() || all.get(all.size() - 1).size() >= BLOCK;
        if (isFull) {
            all.add(List.of(message));
            if (all.size() > MAX_MESSAGES / BLOCK + 1) {
                all.remove(0);
            }
        } else {
            List<Message> block = new ArrayList<>(all.get(all.size() - 1));
            block.add(message);
            all.set(all.size() - 1, List.copyOf(block));
        }
        return all;
    }

    /** At most {@code limit} messages with sequence numbers from {@code from} on that are kept, oldest first. */
    List<Message> from(long from, int limit) {
        List<Message> found = new ArrayList<>();
        for (List<Message> block : blocks) {
            if (block.get(block.size() - 1).sequence() >= from) {
                for (Message message : block) {
                    if (message.sequence() >= from && found.size() < limit) {
                        found.add(message);
                    }
                }
            }
            if (found.size() >= limit) {
                break;
            }
        }
        return found;
    }

    /** The last at most {@code limit} messages before {@code before}, oldest first. */
    List<Message> before(long before, int limit) {
        long from = Math.max(firstSequence(), Math.min(before, lastSequence + 1) - limit);
        return from(from, (int) Math.max(0, Math.min(before, lastSequence + 1) - from));
    }
}
