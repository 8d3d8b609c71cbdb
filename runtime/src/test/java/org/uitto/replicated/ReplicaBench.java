package org.uitto.replicated;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.esotericsoftware.kryo.io.Output;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.util.ByteString;
import org.uitto.log.EntryBatch;
import org.uitto.log.EntryKind;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.Payloads;
import org.uitto.replicated.ProxyInput.Answer;
import org.uitto.replicated.ProxyInput.Answers;
import org.uitto.replicated.ProxyInput.Done;
import org.uitto.replicated.ProxyInput.LeaderIs;
import org.uitto.replicated.ProxyInput.RepliedHere;
import org.uitto.replicated.ReplicaInput.CommandBatch;
import org.uitto.replicated.ReplicaInput.LocalCommands;
import org.uitto.replicated.ReplicaInput.Sending;
import org.uitto.replicated.ReplicaInput.SerializedCommands;
import org.uitto.replicated.ReplicaInput.WhoLeads;
import org.uitto.replicated.ValueCodec.CodecException;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftInput.Propose;
import org.uitto.role.RaftNotice;
import org.uitto.role.RaftNotice.Committed;
import org.uitto.role.RaftNotice.LeaderChanged;
import org.uitto.role.RaftNotice.LeadershipGained;

/** One replica of {@link Words} between a test that plays Raft below it and one that plays the proxies above. */
final class ReplicaBench implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    static final ReplicaSettings ROOMY = settings(1_000, 1_000_000, 10_000, 10_000, Long.MAX_VALUE);

    /** The index at which the session of the test's proxy begins. */
    static final long SESSION = 1;

    private static final long TIME_MILLIS = 1_000_000;
    private static final Duration MOMENT = Duration.ofMillis(20);

    final ActorTestKit kit = ActorTestKit.create(Words.registrations().withFallback(ConfigFactory.load()));
    final TestProbe<RaftInput> raft = kit.createTestProbe();
    final TestProbe<ProxyInput> proxy = kit.createTestProbe();
    final TestProbe<String> asker = kit.createTestProbe();
    static final List<String> MEMBERS = List.of("a:1", "b:1", "c:1");

    private final ActorRef<ProxyInput> mailbox = kit.spawn(Behaviors.receiveMessage(input -> {
        proxy.getRef().tell(input instanceof Answers answers ? handedOut(answers) : input);
        return Behaviors.same();
    }));
    final List<String> signals = new CopyOnWriteArrayList<>();
    final ValueCodec codec = new ValueCodec(kit.system());
    final ActorRef<ReplicaInput> replica;
    final ActorRef<RaftNotice> notices;

    private long nextIndex = 1;
    private long nextNumber = 1;
    private long nextAttempt = 1;
    long firstUnanswered = 1;
    long term;

    ReplicaBench() throws Exception {
        this(ROOMY);
    }

    ReplicaBench(ReplicaSettings settings) throws Exception {
        CompletableFuture<ActorRef<RaftNotice>> given = new CompletableFuture<>();
        Replica.Given parts = new Replica.Given(
                new NodeId("a"),
                settings,
                node -> Optional.of(node + ":1"),
                () -> MEMBERS,
                notices -> {
                    given.complete(notices);
                    return Behaviors.receiveMessage(input -> {
                        raft.getRef().tell(input);
                        return Behaviors.same();
                    });
                },
                Props.empty(),
                () -> TIME_MILLIS);
        this.replica = kit.spawn(Replica.create(parts, new Words(signals)));
        this.notices = given.get(60, TimeUnit.SECONDS);
        SessionOpening opening = new SessionOpening(TIME_MILLIS, 60_000, 10);
        committed(new EntryBatch(
                new LogPosition(1, nextIndex++), Payloads.single(EntryKind.SESSION_OPENED, opening.toBytes())));
        settled();
        signals.clear();
    }

    static ReplicaSettings settings(
            int maxUncommittedCommands,
            long maxUncommittedBytes,
            int maxEventBytes,
            int maxAnswerBytes,
            long snapshotAfterBytes) {
        return new ReplicaSettings(
                maxUncommittedCommands,
                maxUncommittedBytes,
                maxEventBytes,
                maxAnswerBytes,
                snapshotAfterBytes,
                Duration.ofMinutes(1),
                10);
    }

    /** As a proxy does, it gives replies of this process to whom they are for. */
    private Answers handedOut(Answers answers) {
        List<Answer> rest = new ArrayList<>();
        for (Answer answer : answers.answers()) {
            if (answer instanceof RepliedHere here) {
                asker.getRef().tell((String) here.reply());
                rest.add(new Done(here.number(), here.attempt()));
            } else {
                rest.add(answer);
            }
        }
        return new Answers(rest, answers.appliedIndex());
    }

    @Override
    public void close() {
        kit.shutdownTestKit();
    }

    /** This node leads from now on; its no-op is in the log and not committed. */
    ReplicaBench lead(long newTerm, EntryBatch... uncommitted) {
        term = newTerm;
        List<EntryBatch> all = new ArrayList<>(List.of(uncommitted));
        nextIndex += all.stream().mapToLong(batch -> batch.payloads().count()).sum();
        all.add(noOp());
        notices.tell(new LeadershipGained(term, all));
        return this;
    }

    EntryBatch noOp() {
        return new EntryBatch(new LogPosition(term, nextIndex++), Payloads.single(EntryKind.NO_OP, new byte[0]));
    }

    /** An entry with the event of a word, at the next index and in {@code ofTerm}. */
    EntryBatch said(long ofTerm, String word) throws CodecException {
        Sending sending = new Sending(SESSION, ofTerm, 1, nextNumber, nextNumber, false);
        Origin origin = new Origin(mailbox, sending, nextNumber++, Optional.empty(), false);
        Output body = new Output(64, -1);
        CommandEntry.writeHeader(body, origin, TIME_MILLIS, Optional.empty());
        codec.append(new Words.Said(word), body);
        return new EntryBatch(new LogPosition(ofTerm, nextIndex++), Payloads.single(EntryKind.EVENTS, body.toBytes()));
    }

    void loseLeadership() {
        notices.tell(new LeaderChanged(term + 1, Optional.of(new NodeId("b"))));
    }

    void committed(EntryBatch... batches) {
        notices.tell(new Committed(List.of(batches)));
    }

    /** What the replica has proposed, as a batch of the present term. */
    EntryBatch proposed() {
        Propose propose = raft.expectMessageClass(Propose.class, PATIENCE);
        assertEquals(term, propose.term());
        EntryBatch batch = new EntryBatch(new LogPosition(term, nextIndex), propose.payloads());
        nextIndex += propose.payloads().count();
        return batch;
    }

    /** Sends commands as a proxy on this node does. Answers the number of the first. */
    long locally(Words.Command... commands) {
        return sent(new LocalCommands(List.of((Object[]) commands)));
    }

    /** Sends commands as a proxy on another system does. */
    long fromAfar(Words.Command... commands) throws CodecException {
        byte[] bytes = codec.write(Arrays.asList(commands));
        return sent(new SerializedCommands(commands.length, ByteString.fromArray(bytes)));
    }

    /** Sends {@code payload} as the next message. Answers the number of the first command. */
    long sent(ReplicaInput.CommandPayload payload) {
        long number = nextNumber;
        nextNumber += payload.count();
        send(payload, number, false);
        return number;
    }

    /** Sends a command that has this number already once more. */
    void again(long number, Words.Command command) throws CodecException {
        byte[] bytes = codec.write(List.of(command));
        send(new SerializedCommands(1, ByteString.fromArray(bytes)), number, true);
    }

    /** Sends a command in a message that others, sent later, have overtaken. */
    void late(Words.Command command) {
        nextAttempt--;
        locally(command);
    }

    /** Sends a command in another session. */
    void inSession(long session, Words.Command command) {
        Sending sending = new Sending(session, term, nextAttempt++, 1, 1, false);
        replica.tell(new CommandBatch(mailbox, sending, new LocalCommands(List.of(command))));
    }

    private void send(ReplicaInput.CommandPayload payload, long number, boolean again) {
        Sending sending = new Sending(SESSION, term, nextAttempt++, number, Math.min(number, firstUnanswered), again);
        replica.tell(new CommandBatch(mailbox, sending, payload));
    }

    Words.Say say(String word) {
        return new Words.Say(word, asker.getRef());
    }

    Words.Recall recall() {
        return new Words.Recall(asker.getRef());
    }

    String reply() {
        return asker.receiveMessage(PATIENCE);
    }

    /** The answers of one message. */
    List<Answer> answers() {
        return proxy.expectMessageClass(Answers.class, PATIENCE).answers();
    }

    /** All that was sent to the replica before has been handled. */
    LeaderIs settled() {
        TestProbe<ProxyInput> question = kit.createTestProbe();
        replica.tell(new WhoLeads(question.getRef()));
        return question.expectMessageClass(LeaderIs.class, PATIENCE);
    }

    /** After the answers of so many messages nobody has been told anything. */
    void assertSilenceAfterAnswers(int messages) {
        for (int i = 0; i < messages; i++) {
            answers();
        }
        assertSilence();
    }

    /** Nobody has been told anything. */
    void assertSilence() {
        settled();
        asker.expectNoMessage(MOMENT);
        proxy.expectNoMessage(MOMENT);
    }
}
