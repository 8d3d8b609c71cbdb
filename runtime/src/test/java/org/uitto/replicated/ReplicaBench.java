package org.uitto.replicated;

import static org.junit.jupiter.api.Assertions.assertEquals;

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
import org.uitto.replicated.ProxyInput.LeaderIs;
import org.uitto.replicated.ReplicaInput.CommandBatch;
import org.uitto.replicated.ReplicaInput.LocalCommands;
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
    static final ReplicaSettings ROOMY = new ReplicaSettings(1_000, 1_000_000, 10_000, 10_000, Long.MAX_VALUE);
    private static final Duration MOMENT = Duration.ofMillis(20);

    final ActorTestKit kit = ActorTestKit.create(Words.registrations().withFallback(ConfigFactory.load()));
    final TestProbe<RaftInput> raft = kit.createTestProbe();
    final TestProbe<ProxyInput> proxy = kit.createTestProbe();
    final TestProbe<String> asker = kit.createTestProbe();
    static final List<String> MEMBERS = List.of("a:1", "b:1", "c:1");

    final List<String> signals = new CopyOnWriteArrayList<>();
    final ValueCodec codec = new ValueCodec(kit.system());
    final ActorRef<ReplicaInput> replica;
    final ActorRef<RaftNotice> notices;

    private long nextIndex = 1;
    private long nextNumber = 1;
    private long term;

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
                Props.empty());
        this.replica = kit.spawn(Replica.create(parts, new Words(signals)));
        this.notices = given.get(60, TimeUnit.SECONDS);
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
        byte[] body = codec.write(List.of(new Words.Said(word)));
        return new EntryBatch(new LogPosition(ofTerm, nextIndex++), Payloads.single(EntryKind.EVENTS, body));
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
        return sent(new LocalCommands(List.of((Object[]) commands)), commands.length);
    }

    /** Sends commands as a proxy on another system does. */
    long fromAfar(Words.Command... commands) throws CodecException {
        byte[] bytes = codec.write(Arrays.asList(commands));
        return sent(new SerializedCommands(commands.length, ByteString.fromArray(bytes)), commands.length);
    }

    private long sent(ReplicaInput.CommandPayload payload, int count) {
        long number = nextNumber;
        nextNumber += count;
        replica.tell(new CommandBatch(proxy.getRef(), number, payload));
        return number;
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
