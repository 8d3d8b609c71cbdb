package org.uitto.replicated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;
import org.uitto.replicated.ProxyInput.Answer;
import org.uitto.replicated.ProxyInput.Answers;
import org.uitto.replicated.ProxyInput.Failed;
import org.uitto.replicated.ProxyInput.Failure;
import org.uitto.replicated.ProxyInput.LeaderIs;
import org.uitto.replicated.ProxyInput.ReadAnswers;
import org.uitto.replicated.ProxyInput.Replied;
import org.uitto.replicated.ProxyInput.RepliedHere;
import org.uitto.replicated.ProxyInput.SessionOpened;
import org.uitto.replicated.ReplicaInput.CommandBatch;
import org.uitto.replicated.ReplicaInput.GetReadIndex;
import org.uitto.replicated.ReplicaInput.LocalCommands;
import org.uitto.replicated.ReplicaInput.OpenSession;
import org.uitto.replicated.ReplicaInput.ReadBatch;
import org.uitto.replicated.ReplicaInput.WhoLeads;

/**
 * A proxy in virtual time between a test that plays its users and one that plays the replicas at x, y and z, and one
 * at w of which the proxy does not know. */
final class ProxyBench implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final ProxySettings SETTINGS = new ProxySettings(
            10,
            3,
            1_000,
            500,
            2,
            Duration.ofSeconds(1),
            Duration.ofSeconds(2),
            Duration.ofSeconds(4),
            Duration.ofSeconds(20));

    final ActorTestKit kit = ActorTestKit.create(
            ManualTime.config().withFallback(Words.registrations()).withFallback(ConfigFactory.load()));
    final ManualTime time = ManualTime.get(kit.system());
    final ActorRef<Object> proxy;
    final ActorRef<ProxyInput> inbox;
    final ValueCodec codec = new ValueCodec(kit.system());

    private final Map<String, ActorRef<ReplicaInput>> replicas = new LinkedHashMap<>();
    private final Map<String, BlockingQueue<ReplicaInput>> received = new LinkedHashMap<>();
    private volatile long sessionOnOffer = 70;
    private final AtomicLong nowNanos = new AtomicLong(-7_000_000_000L); // Any origin will do, a negative one too.

    ProxyBench(boolean local) {
        List.of("x", "y", "z", "w").forEach(this::addReplica);
        KnownContacts contacts = new KnownContacts(List.of("x", "y", "z"));
        ReplicaLocator locator = new ReplicaLocator() {
            @Override
            public List<String> contacts() {
                return contacts.all();
            }

            @Override
            public void learn(List<String> members) {
                contacts.learn(members);
            }

            @Override
            public ActorRef<ReplicaInput> at(String contact) {
                return Objects.requireNonNull(replicas.get(contact));
            }

            @Override
            public boolean isLocal(ActorRef<ReplicaInput> replica) {
                return local;
            }
        };
        Proxy.Given given = new Proxy.Given("words", locator, SETTINGS, nowNanos::get, UnaryOperator.identity());
        this.proxy = kit.spawn(Behaviors.intercept(Fence::new, Proxy.create(given)));
        this.inbox = proxy.unsafeUpcast().narrow();
    }

    /** Lets {@link Passed} by, and the proxy never sees it. */
    private static final class Fence extends BehaviorInterceptor<Object, Object> {
        Fence() {
            super(Object.class);
        }

        @Override
        public Behavior<Object> aroundReceive(
                TypedActorContext<Object> context, Object message, ReceiveTarget<Object> target) {
            if (message instanceof Passed passed) {
                passed.done().countDown();
                return Behaviors.same();
            }
            return target.apply(context, message);
        }
    }

    private record Passed(CountDownLatch done) {}

    /** All that was sent to the proxy before has been handled. */
    void settled() {
        CountDownLatch done = new CountDownLatch(1);
        proxy.tell(new Passed(done));
        try {
            assertTrue(done.await(60, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }

    private void addReplica(String contact) {
        BlockingQueue<ReplicaInput> inputs = new LinkedBlockingQueue<>();
        received.put(contact, inputs);
        replicas.put(contact, kit.spawn(Behaviors.receiveMessage(input -> {
            if (input instanceof OpenSession request) {
                request.proxy().tell(new SessionOpened(sessionOnOffer));
            } else {
                inputs.add(input);
            }
            return Behaviors.same();
        })));
    }

    /** The session that whoever asks for one gets from now on. */
    void offer(long session) {
        sessionOnOffer = session;
    }

    private BlockingQueue<ReplicaInput> receivedAt(String contact) {
        return Objects.requireNonNull(received.get(contact));
    }

    private ReplicaInput nextAt(String contact) {
        try {
            ReplicaInput input = receivedAt(contact).poll(60, TimeUnit.SECONDS);
            return Objects.requireNonNull(input, () -> "Nothing came to " + contact);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    /** Lets time pass, a second at a time. */
    void pass(Duration duration) {
        for (long seconds = 0; seconds < duration.toSeconds(); seconds++) {
            settled();
            nowNanos.addAndGet(1_000_000_000);
            time.timePasses(Duration.ofSeconds(1));
            settled();
        }
    }

    CompletableFuture<String> ask(Function<ActorRef<String>, Object> command) {
        return AskPattern.<Object, String>ask(proxy, command::apply, Duration.ofDays(1), kit.scheduler())
                .toCompletableFuture();
    }

    CompletableFuture<String> say(String word) {
        return ask(replyTo -> new Words.Say(word, replyTo));
    }

    /** Says a word whose reply nobody waits for. */
    void tell(String word) {
        proxy.tell(new Words.Say(word, kit.<String>createTestProbe().getRef()));
    }

    CompletableFuture<String> read(Consistency consistency) {
        return ask(replyTo -> new Read(consistency, new Words.Recall(replyTo)));
    }

    /** Reads, and nobody waits for the reply. */
    void tellRead(Consistency consistency) {
        proxy.tell(new Read(
                consistency, new Words.Recall(kit.<String>createTestProbe().getRef())));
    }

    /** The next reads that reach {@code contact}; questions for the leader are passed over. */
    ReadBatch readsAt(String contact) {
        while (true) {
            ReplicaInput input = nextAt(contact);
            if (input instanceof ReadBatch reads) {
                return reads;
            }
        }
    }

    /** The next question for an index that reaches {@code contact}; those for the leader are passed over. */
    GetReadIndex indexAskedAt(String contact) {
        while (true) {
            ReplicaInput input = nextAt(contact);
            if (input instanceof GetReadIndex question) {
                return question;
            }
        }
    }

    void answer(ReadBatch reads, String value) {
        List<Answer> all = new ArrayList<>();
        for (int i = 0; i < reads.payload().count(); i++) {
            all.add(new RepliedHere(reads.firstNumber() + i, reads.attempt(), value));
        }
        inbox.tell(new ReadAnswers(all, 0));
    }

    void leads(long term, String contact) {
        inbox.tell(new LeaderIs(term, Optional.of(contact), List.of()));
    }

    /** The replica at {@code contact} has been asked who leads. */
    void assertAsked(String contact) {
        assertInstanceOf(WhoLeads.class, nextAt(contact));
    }

    /** How often the replica at {@code contact} has been asked who leads, and not been {@linkplain #assertAsked asked about it}. */
    long questionsAt(String contact) {
        settled();
        return receivedAt(contact).stream().filter(WhoLeads.class::isInstance).count();
    }

    /** The next commands that reach {@code contact}; questions for the leader are passed over. */
    CommandBatch batchAt(String contact) {
        while (true) {
            ReplicaInput input = nextAt(contact);
            if (input instanceof CommandBatch batch) {
                return batch;
            }
        }
    }

    static List<String> words(CommandBatch batch) {
        List<String> words = new ArrayList<>();
        for (Object command : ((LocalCommands) batch.payload()).commands()) {
            words.add(command instanceof Words.Say say ? say.word() : "?");
        }
        return words;
    }

    /** The number of a batch's first command. */
    static long first(CommandBatch batch) {
        return batch.sending().firstNumber();
    }

    /** A command has changed nothing, and this is said of the attempt that {@code batch} was. */
    static Failed failed(CommandBatch batch, Failure failure, String message) {
        return new Failed(first(batch), batch.sending().attempt(), failure, message);
    }

    void answer(Answer... answers) {
        inbox.tell(new Answers(List.of(answers), 0));
    }

    /** Refuses every command of {@code batch} as a replica does that does not lead. */
    void refuse(CommandBatch batch) {
        List<Answer> refusals = new ArrayList<>();
        for (int i = 0; i < words(batch).size(); i++) {
            refusals.add(new Failed(first(batch) + i, batch.sending().attempt(), Failure.NOT_LEADER, "not here"));
        }
        inbox.tell(new Answers(refusals, 0));
    }

    Replied replied(long number, String value) throws ValueCodec.CodecException {
        return new Replied(number, Answer.ANY_ATTEMPT, ByteString.fromArray(codec.write(List.of(value))));
    }

    /** The reply to a command of {@code batch} that has changed nothing. */
    Replied read(CommandBatch batch, String value) throws ValueCodec.CodecException {
        return new Replied(first(batch), batch.sending().attempt(), ByteString.fromArray(codec.write(List.of(value))));
    }

    /** No commands have reached {@code contact}. */
    void assertNothingSentTo(String contact) {
        settled();
        TestProbe<Object> moment = kit.createTestProbe();
        moment.expectNoMessage(Duration.ofMillis(20));
        assertFalse(receivedAt(contact).stream().anyMatch(CommandBatch.class::isInstance));
    }

    static <T extends ReplicationException> T failure(Class<T> type, CompletableFuture<String> ask) {
        ExecutionException failed = assertThrows(ExecutionException.class, () -> ask.get(60, TimeUnit.SECONDS));
        return assertInstanceOf(type, failed.getCause());
    }

    static void assertReply(String expected, CompletableFuture<String> ask) throws Exception {
        assertEquals(expected, ask.get(60, TimeUnit.SECONDS));
    }
}
