package org.uitto.testkit;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.kryo.KryoSerializable;
import org.uitto.replicated.CommandHandler;
import org.uitto.replicated.Effect;
import org.uitto.replicated.EventHandler;
import org.uitto.replicated.ReplicatedBehavior;

/** A list of numbers as a replicated actor, and the same with mistakes in it that users make. */
class Tallies extends ReplicatedBehavior<Tallies.Command, Tallies.Noted, Tallies.Notes> {
    static final Config REGISTRATIONS = ConfigFactory.parseString("""
            uitto.kryo.registrations {
              "org.uitto.testkit.Tallies$Command" { Note = 1100, Read = 1101 }
              "org.uitto.testkit.Tallies$Noted" = 1102
              "org.uitto.testkit.Tallies$Notes" = 1103
              "org.uitto.testkit.Tallies$Sum" = 1104
            }
            """);

    sealed interface Command extends KryoSerializable {}

    record Note(long number, ActorRef<Sum> replyTo) implements Command {}

    record Read(ActorRef<Sum> replyTo) implements Command {}

    record Noted(long number) implements KryoSerializable {}

    record Notes(ArrayList<Long> numbers) implements KryoSerializable {
        Sum sum() {
            return new Sum(numbers.stream().mapToLong(Long::longValue).sum());
        }

        Notes with(long number) {
            ArrayList<Long> more = new ArrayList<>(numbers);
            more.add(number);
            return new Notes(more);
        }
    }

    record Sum(long value) implements KryoSerializable {}

    @Override
    protected Notes emptyState() {
        return new Notes(new ArrayList<>());
    }

    @Override
    protected CommandHandler<Command, Noted, Notes> commandHandler() {
        return (state, command) -> command instanceof Note note
                ? note(state, note)
                : Effect().reply(((Read) command).replyTo(), state.sum());
    }

    Effect<Noted, Notes> note(Notes state, Note note) {
        return Effect().persist(new Noted(note.number())).thenReply(note.replyTo(), Notes::sum);
    }

    @Override
    protected EventHandler<Notes, Noted> eventHandler() {
        return (state, event) -> state.with(event.number());
    }

    /** Its event handler looks at the clock. */
    static final class LooksAtTheClock extends Tallies {
        @Override
        protected EventHandler<Notes, Noted> eventHandler() {
            return (state, event) -> state.with(event.number() + System.nanoTime() % 1000);
        }
    }

    /** Its event handler looks at a clock that seldom ticks. */
    static final class LooksAtACalendar extends Tallies {
        @Override
        protected EventHandler<Notes, Noted> eventHandler() {
            return (state, event) -> state.with(System.currentTimeMillis() / 100);
        }
    }

    /** Its event handler draws lots. */
    static final class DrawsLots extends Tallies {
        @Override
        protected EventHandler<Notes, Noted> eventHandler() {
            return (state, event) ->
                    state.with(java.util.concurrent.ThreadLocalRandom.current().nextLong(1_000_000));
        }
    }

    /** Its event handler adds to the list in place. */
    static final class AddsInPlace extends Tallies {
        @Override
        protected EventHandler<Notes, Noted> eventHandler() {
            return (state, event) -> {
                state.numbers().add(event.number());
                return state;
            };
        }
    }

    /** Its command handler adds to the list, and the event handler has nothing left to do. */
    static final class AddsWhileItHandles extends Tallies {
        @Override
        Effect<Noted, Notes> note(Notes state, Note note) {
            state.numbers().add(note.number());
            return super.note(state, note);
        }
    }

    /** What it keeps beside the state is changed long after it was handed out. */
    static final class KeepsTheStateToChangeIt extends Tallies {
        private final List<Notes> kept = new ArrayList<>();

        @Override
        protected EventHandler<Notes, Noted> eventHandler() {
            return (state, event) -> {
                Notes after = state.with(event.number());
                kept.add(after);
                return after;
            };
        }

        @Override
        Effect<Noted, Notes> note(Notes state, Note note) {
            return super.note(state, note)
                    .thenRun(after -> kept.forEach(each -> each.numbers().add(0, 7L)));
        }
    }

    /** Its command handler replies by itself, before anything is committed. */
    static final class RepliesAtOnce extends Tallies {
        @Override
        Effect<Noted, Notes> note(Notes state, Note note) {
            note.replyTo().tell(new Sum(state.sum().value() + note.number()));
            return Effect().persist(new Noted(note.number())).thenNoReply();
        }
    }

    /** It counts in a field, which no replication knows of. */
    static final class CountsInAField extends Tallies {
        private long count;

        @Override
        Effect<Noted, Notes> note(Notes state, Note note) {
            count++;
            return Effect().persist(new Noted(note.number())).thenReply(note.replyTo(), after -> new Sum(count));
        }
    }

    /** It forgets to reply. */
    static final class ForgetsToReply extends Tallies {
        @Override
        Effect<Noted, Notes> note(Notes state, Note note) {
            return Effect().persist(new Noted(note.number())).thenNoReply();
        }
    }

    /** What it is to do, for a model that is told apart from it. */
    static final class Model implements SequentialModel<Long, Command, Object> {
        @Override
        public Long initial() {
            return 0L;
        }

        @Override
        public Step<Long, Object> apply(Long state, Command command) {
            long after = command instanceof Note note ? state + note.number() : state;
            return new Step<>(after, new Sum(after));
        }

        @Override
        public boolean isRead(Command command) {
            return command instanceof Read;
        }
    }
}
