package org.uitto.replicated;

import com.esotericsoftware.kryo.io.Input;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.uitto.kryo.AskHome;
import org.uitto.log.EntryBatch;
import org.uitto.log.EntryKind;
import org.uitto.log.LogPosition;
import org.uitto.log.Payloads;
import org.uitto.replicated.ReplicaInput.Sending;
import org.uitto.replicated.ReplicaInput.SerializedCommands;
import org.uitto.replicated.ValueCodec.CodecException;

/** What a command of a hundred characters costs on its way, beside network, disk and hand-overs: nanoseconds a command. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
public class CommandPathBenchmark {
    private static final int BATCH = 256;
    private static final long TIME_MILLIS = 1_000_000;
    private static final long SESSION = 1;
    private static final Duration LONG = Duration.ofHours(1);

    /** Counts what it is told. */
    private static final class Tally extends ReplicatedBehavior<Words.Say, Words.Said, Long> {
        @Override
        protected Long emptyState() {
            return 0L;
        }

        @Override
        protected CommandHandler<Words.Say, Words.Said, Long> commandHandler() {
            return (count, say) ->
                    Effect().persist(new Words.Said(say.word())).thenReply(say.replyTo(), after -> "said");
        }

        @Override
        protected EventHandler<Long, Words.Said> eventHandler() {
            return (count, said) -> count + 1;
        }
    }

    private final ActorTestKit kit = ActorTestKit.create(Words.registrations().withFallback(ConfigFactory.load()));
    private final ActorRef<String> asker = kit.<String>createTestProbe().getRef();
    private final ActorRef<ProxyInput> proxy = kit.<ProxyInput>createTestProbe().getRef();
    private final ValueCodec codec = new ValueCodec(kit.system());
    private final AskHome home = AskHome.of(asker);
    private final CommandPacker packer = new CommandPacker(
            codec,
            home,
            new ProxySettings(BATCH, BATCH, 1 << 20, 1 << 20, 1, LONG, LONG, LONG, LONG),
            (command, failure) -> {
                throw new AssertionError(failure);
            });
    private final Tally tally = new Tally();
    private final Words.Say command = new Words.Say("w".repeat(100), asker);
    private final EntryBatch opening = new EntryBatch(
            new LogPosition(1, SESSION),
            Payloads.single(EntryKind.SESSION_OPENED, new SessionOpening(TIME_MILLIS, 60_000, 10).toBytes()));
    private final byte[] packed =
            ((SerializedCommands) packedAnew().payload()).bytes().toArrayUnsafe();
    private final EntryBatch entries = new EntryBatch(new LogPosition(1, SESSION + 1), handledAnew());

    @TearDown
    public void stop() {
        kit.shutdownTestKit();
    }

    /** At the client: commands to bytes. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public Object pack() {
        return packedAnew();
    }

    private CommandPacker.Packed packedAnew() {
        ArrayDeque<PendingCommand> waiting = new ArrayDeque<>();
        for (int i = 0; i < BATCH; i++) {
            waiting.add(new PendingCommand(command, Asker.of(command), 0));
        }
        return packer.serialized(waiting).orElseThrow();
    }

    /** At the leader: bytes to commands. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public Object unpack() throws CodecException {
        Input input = new Input(packed);
        List<Object> commands = new ArrayList<>();
        while (!input.end()) {
            commands.add(codec.readCommand(input, home));
        }
        return commands;
    }

    /** At the leader: commands to events, replies and entries. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public Object handle() {
        return handledAnew();
    }

    private Payloads handledAnew() {
        Leadership<Words.Say, Words.Said, Long> leadership = new Leadership<>(
                1,
                new Ahead<>(0L, Set.of(), Set.of(), TIME_MILLIS),
                tally,
                new Leadership.Given(
                        codec,
                        new ReplicaSettings(BATCH, 1 << 30, 1 << 20, 1 << 20, Long.MAX_VALUE, LONG, 10),
                        new Sessions(),
                        () -> SESSION,
                        new AnswerSheet(1 << 20, answers -> {
                            throw new AssertionError(answers);
                        }),
                        () -> TIME_MILLIS,
                        kit.system().log()));
        Sending sending = new Sending(SESSION, 1, 1, 1, 1, false);
        for (int i = 0; i < BATCH; i++) {
            leadership.handle(new Origin(proxy, sending, 1 + i, ReplyTargets.of(command), false), command);
        }
        return leadership.takeProposals().orElseThrow();
    }

    /** At a follower: committed entries to state. */
    @Benchmark
    @OperationsPerInvocation(BATCH)
    public Object apply() throws CodecException {
        Applied<Words.Said, Long> applied = new Applied<>(0L, tally.eventHandler(), codec);
        applied.apply(opening, null);
        applied.apply(entries, null);
        return Optional.of(applied.state()).filter(count -> count == BATCH).orElseThrow();
    }
}
