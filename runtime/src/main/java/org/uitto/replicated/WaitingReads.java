package org.uitto.replicated;

import com.esotericsoftware.kryo.io.Input;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.uitto.kryo.AskHome;
import org.uitto.replicated.ProxyInput.Answer;
import org.uitto.replicated.ProxyInput.Failed;
import org.uitto.replicated.ProxyInput.Failure;
import org.uitto.replicated.ProxyInput.ReadAnswers;
import org.uitto.replicated.ProxyInput.Replied;
import org.uitto.replicated.ProxyInput.RepliedHere;
import org.uitto.replicated.ReplicaInput.LocalCommands;
import org.uitto.replicated.ReplicaInput.ReadBatch;
import org.uitto.replicated.ReplicaInput.SerializedCommands;
import org.uitto.replicated.ValueCodec.CodecException;

/**
 * Reads that this replica answers from its committed state, whether or not it leads: each waits until the state has an index.
 */
final class WaitingReads<Command, Event, State> {
    /** Nobody waits for an answer for so long. */
    private static final long FORGET_AFTER_MILLIS = 60_000;

    private record Waiting(ReadBatch batch, long sinceMillis) {}

    private final Applied<Event, State> applied;
    private final CommandHandler<Command, Event, State> commandHandler;
    private final ValueCodec codec;
    private final ReplicaSettings settings;
    private final LongSupplier clock;
    private final AnswerSheet answers;
    private final PriorityQueue<Waiting> waiting =
            new PriorityQueue<>(Comparator.comparingLong(read -> read.batch().minIndex()));
    private int waitingCount;

    /** @param clock milliseconds since 1970 */
    WaitingReads(
            Applied<Event, State> applied,
            CommandHandler<Command, Event, State> commandHandler,
            ValueCodec codec,
            ReplicaSettings settings,
            LongSupplier clock) {
        this.applied = applied;
        this.commandHandler = commandHandler;
        this.codec = codec;
        this.settings = settings;
        this.clock = clock;
        this.answers =
                new AnswerSheet(settings.maxAnswerBytes(), gathered -> new ReadAnswers(gathered, applied.index()));
    }

    /** Answers {@code batch} as soon as the state is fresh enough. */
    void add(ReadBatch batch) {
        if (batch.minIndex() <= applied.index()) {
            run(batch);
            answers.send();
        } else if (waitingCount >= settings.maxUncommittedCommands()) {
            refuse(
                    batch,
                    Failure.OVERLOADED,
                    "The replica has " + waitingCount + " reads that wait for index "
                            + waiting.element().batch().minIndex()
                            + " and later (uitto.replica.max-uncommitted-commands)");
        } else {
            waiting.add(new Waiting(batch, clock.getAsLong()));
            waitingCount += batch.payload().count();
        }
    }

    /** Refuses {@code batch}, which is for the leader only: this node does not lead. */
    void refuse(ReadBatch batch) {
        refuse(batch, Failure.NOT_LEADER, "This node does not lead");
    }

    private void refuse(ReadBatch batch, Failure failure, String message) {
        for (int i = 0; i < batch.payload().count(); i++) {
            answers.add(batch.proxy(), new Failed(batch.firstNumber() + i, batch.attempt(), failure, message));
        }
        answers.send();
    }

    /** More is applied: answers what has waited for it, and forgets what has waited for too long. */
    void onApplied() {
        while (!waiting.isEmpty() && isOver(waiting.element())) {
            ReadBatch batch = waiting.remove().batch();
            waitingCount -= batch.payload().count();
            if (batch.minIndex() <= applied.index()) {
                run(batch);
            }
        }
        answers.send();
    }

    private boolean isOver(Waiting read) {
        return read.batch().minIndex() <= applied.index()
                || clock.getAsLong() - read.sinceMillis() >= FORGET_AFTER_MILLIS;
    }

    private void run(ReadBatch batch) {
        long number = batch.firstNumber();
        if (batch.payload() instanceof LocalCommands local) {
            for (Object command : local.commands()) {
                answers.add(batch.proxy(), answer(batch, number++, command));
            }
            return;
        }
        SerializedCommands serialized = (SerializedCommands) batch.payload();
        Input input = new Input(serialized.bytes().toArrayUnsafe());
        AskHome home = AskHome.of(batch.proxy());
        for (int i = 0; i < serialized.count(); i++) {
            try {
                answers.add(batch.proxy(), answer(batch, number, codec.readCommand(input, home)));
            } catch (CodecException e) {
                answers.add(batch.proxy(), rejected(batch, number, String.valueOf(e.getMessage())));
            }
            number++;
        }
    }

    @SuppressWarnings("unchecked")
    private Answer answer(ReadBatch batch, long number, Object command) {
        try {
            Effect<Event, State> effect = commandHandler.apply(applied.state(), (Command) command);
            if (!effect.events().isEmpty()) {
                return rejected(
                        batch,
                        number,
                        command.getClass().getName() + " would change the state: ask for it, instead of reading by it");
            }
            return answer(batch, number, command, effect.steps());
        } catch (CodecException | RuntimeException e) {
            return rejected(batch, number, "The read failed: " + e);
        }
    }

    private Answer answer(ReadBatch batch, long number, Object command, List<Effect.Step<State>> steps)
            throws CodecException {
        Optional<ActorRef<Object>> replyTo = ReplyTargets.of(command);
        for (Effect.Step<State> step : steps) {
            if (step instanceof Effect.Reply<State> reply
                    && replyTo.filter(reply.replyTo()::equals).isPresent()) {
                return reply(batch, number, reply.message().apply(applied.state()));
            }
        }
        return rejected(batch, number, command.getClass().getName() + " gets no reply, so there is nothing to read");
    }

    private Answer reply(ReadBatch batch, long number, Object message) throws CodecException {
        if (batch.payload() instanceof LocalCommands) {
            return new RepliedHere(number, batch.attempt(), message);
        }
        byte[] value = codec.write(List.of(message));
        if (value.length > settings.maxAnswerBytes()) {
            throw new CodecException("Its reply has " + value.length + " bytes; " + settings.maxAnswerBytes()
                    + " are allowed (uitto.replica.max-answer-bytes)");
        }
        return new Replied(number, batch.attempt(), ByteString.fromArrayUnsafe(value));
    }

    private static Failed rejected(ReadBatch batch, long number, String message) {
        return new Failed(number, batch.attempt(), Failure.REJECTED, message);
    }
}
