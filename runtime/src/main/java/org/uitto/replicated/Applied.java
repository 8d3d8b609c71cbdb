package org.uitto.replicated;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.uitto.log.EntryBatch;
import org.uitto.log.EntryKind;
import org.uitto.replicated.ValueCodec.CodecException;

/** What a replica has applied of its log: the committed state, and with it the sessions. Snapshots hold both. */
final class Applied<Event, State> {
    private final EventHandler<State, Event> eventHandler;
    private final ValueCodec codec;
    private final Input entry = new Input();
    private State state;
    private Sessions sessions = new Sessions();
    private long index;

    /** Nothing yet. */
    Applied(State emptyState, EventHandler<State, Event> eventHandler, ValueCodec codec) {
        this.state = emptyState;
        this.eventHandler = eventHandler;
        this.codec = codec;
    }

    State state() {
        return state;
    }

    /** The state, which is never null. */
    Object stateAsValue() {
        return Objects.requireNonNull(state);
    }

    Sessions sessions() {
        return sessions;
    }

    /** The index of the last entry that was applied; 0 before the first. */
    long index() {
        return index;
    }

    /**
     * Applies committed entries.
     *
     * @param leading this node's leadership, if it has one: it knows the state after each command that it has handled
     */
    void apply(EntryBatch batch, @Nullable Leadership<?, Event, State> leading) throws CodecException {
        boolean handledHere = leading != null && batch.term() == leading.term();
        @Nullable Leadership<?, Event, State> handler = handledHere ? leading : null;
        index = batch.firstIndex() - 1;
        batch.payloads().forEach((kind, array, offset, length) -> {
            index++;
            switch (kind) {
                case EVENTS -> {
                    entry.setBuffer(array, offset, length);
                    CommandEntry command = CommandEntry.read(entry);
                    sessions.record(command);
                    if (handler != null) {
                        state = handler.committed();
                    } else {
                        state = afterEvents(state);
                        if (leading != null) {
                            leading.inheritedCommitted(command);
                        }
                    }
                }
                case SESSION_OPENED -> {
                    sessions.open(index, SessionOpening.read(array, offset, length));
                    if (handler == null && leading != null) {
                        leading.inheritedCommitted(index);
                    } else if (handler != null) {
                        handler.sessionOpened(index);
                    }
                }
                case NO_OP, CONFIGURATION -> {}
            }
        });
    }

    /** What is to be once {@code uncommitted}, the rest of the log, is committed too. */
    Ahead<State> ahead(List<EntryBatch> uncommitted) throws CodecException {
        Lookout lookout = new Lookout();
        for (EntryBatch batch : uncommitted) {
            lookout.index = batch.firstIndex() - 1;
            batch.payloads().forEach(lookout::see);
        }
        return new Ahead<>(lookout.seen, lookout.commands, lookout.begun, lookout.timeMillis);
    }

    /** Goes through what is not committed yet, and changes nothing. */
    private final class Lookout {
        private final Set<CommandKey> commands = new HashSet<>();
        private final Set<Long> begun = new HashSet<>();
        private State seen = state;
        private long timeMillis = sessions.timeMillis();
        private long index;

        private void see(EntryKind kind, byte[] array, int offset, int length) throws CodecException {
            index++;
            switch (kind) {
                case EVENTS -> {
                    entry.setBuffer(array, offset, length);
                    CommandEntry command = CommandEntry.read(entry);
                    commands.add(command.key());
                    timeMillis = Math.max(timeMillis, command.timeMillis());
                    seen = afterEvents(seen);
                }
                case SESSION_OPENED -> {
                    begun.add(index);
                    timeMillis = Math.max(
                            timeMillis,
                            SessionOpening.read(array, offset, length).timeMillis());
                }
                case NO_OP, CONFIGURATION -> {}
            }
        }
    }

    /** The state once the rest of {@link #entry} has happened to {@code before}. */
    @SuppressWarnings("unchecked")
    private State afterEvents(State before) throws CodecException {
        State after = before;
        while (!entry.end()) {
            after = eventHandler.apply(after, (Event) codec.read(entry));
        }
        return after;
    }

    /** The sessions as a snapshot begins with them; the state follows. */
    byte[] sessionsToBytes() {
        Output output = new Output(256, -1);
        sessions.write(output);
        return output.toBytes();
    }

    /** Takes over what a snapshot holds of everything up to {@code snapshotIndex}. */
    @SuppressWarnings("unchecked")
    void restore(long snapshotIndex, ByteString bytes) throws CodecException {
        Input input = new Input(bytes.toArrayUnsafe());
        sessions = Sessions.read(input);
        state = (State) codec.read(input);
        index = snapshotIndex;
    }
}
