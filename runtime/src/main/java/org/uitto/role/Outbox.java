package org.uitto.role;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.Transition.Outbound;

/**
 * Holds back what must not be said before the disk knows it (paper Figure 2). What waits for the same write leaves
 * together; of several acknowledgements to one leader only the last, which says it all.
 */
final class Outbox {
    /**
     * @param afterWrite the number of the write that must be durable first
     * @param then runs behind the messages
     */
    private record Held(long afterWrite, List<Outbound> messages, Runnable then) {}

    /** Receives what may leave. */
    @FunctionalInterface
    interface Gate {
        void leave(Outbound message);
    }

    private final Gate gate;
    private final ArrayDeque<Held> held = new ArrayDeque<>();
    private long durableWrite;

    Outbox(Gate gate) {
        this.gate = gate;
    }

    /** Lets {@code messages} leave and runs {@code then} once the write of this number is durable: perhaps at once. */
    void post(long afterWrite, List<Outbound> messages, Runnable then) {
        if (afterWrite <= durableWrite) {
            messages.forEach(gate::leave);
            then.run();
        } else {
            held.add(new Held(afterWrite, messages, then));
        }
    }

    /** All writes up to this number are durable. */
    void durable(long writeNumber) {
        durableWrite = Math.max(durableWrite, writeNumber);
        List<Outbound> leaving = new ArrayList<>();
        List<Runnable> following = new ArrayList<>();
        // Not in order of their numbers: what only reveals the term waits for less.
        held.removeIf(waiting -> {
            boolean ready = waiting.afterWrite() <= durableWrite;
            if (ready) {
                leaving.addAll(waiting.messages());
                following.add(waiting.then());
            }
            return ready;
        });
        for (int i = 0; i < leaving.size(); i++) {
            boolean superseded = i + 1 < leaving.size() && supersedes(leaving.get(i + 1), leaving.get(i));
            if (!superseded) {
                gate.leave(leaving.get(i));
            }
        }
        following.forEach(Runnable::run);
    }

    private static boolean supersedes(Outbound later, Outbound earlier) {
        return later.to().equals(earlier.to())
                && later.message() instanceof AppendEntriesReply newer
                && earlier.message() instanceof AppendEntriesReply older
                && newer.term() == older.term()
                && newer.outcome() instanceof Matched newerMatch
                && older.outcome() instanceof Matched olderMatch
                && newerMatch.matchIndex() >= olderMatch.matchIndex();
    }
}
