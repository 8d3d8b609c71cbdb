package org.uitto.log.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.typesafe.config.ConfigFactory;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.PoisonPill;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.uitto.log.EntryBatch;
import org.uitto.log.EntryKind;
import org.uitto.log.GroupId;
import org.uitto.log.LogMutation;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.TermAndVoteSaved;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.Payloads;
import org.uitto.log.TermAndVote;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.log.store.LogNotice.Recovered;

/** The durable log on a journal of Pekko's own, which turns each event into bytes and back. */
class PekkoJournalTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ActorTestKit KIT = ActorTestKit.create(ConfigFactory.parseString(LogStore.JOURNAL_SETTING
                    + " = pekko.persistence.journal.inmem\npekko.persistence.journal.inmem.test-serialization = on")
            .withFallback(ConfigFactory.load()));

    private final TestProbe<LogNotice> owner = KIT.createTestProbe();
    private int stores;

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private ActorRef store(String group, String node) {
        stores++;
        return ((ExtendedActorSystem) Adapter.toClassic(KIT.system()))
                .systemActorOf(
                        LogStore.props(
                                LogStore.persistenceId(new GroupId(group), new NodeId(node), 1),
                                new SplittableRandom(stores)::nextLong,
                                owner.getRef()),
                        group + "-" + node + "-" + stores);
    }

    private void write(ActorRef store, long number, LogMutation... mutations) {
        store.tell(new LogStore.Write(number, List.of(mutations)), ActorRef.noSender());
        assertEquals(number, owner.expectMessageClass(Persisted.class, PATIENCE).writeNumber());
    }

    private void end(ActorRef store) {
        store.tell(PoisonPill.getInstance(), ActorRef.noSender());
        owner.expectTerminated(Adapter.toTyped(store), PATIENCE);
    }

    private static EntryBatch batch(long term, long index, String... bodies) {
        Payloads.Builder payloads = new Payloads.Builder();
        for (String body : bodies) {
            payloads.add(EntryKind.EVENTS, body.getBytes(StandardCharsets.UTF_8));
        }
        return new EntryBatch(new LogPosition(term, index), payloads.build());
    }

    @Test
    void recoversTermVoteAndEntriesAsTheyWereCutAndAppended() {
        TermAndVote saved = new TermAndVote(3, Optional.of(new NodeId("b")));
        ActorRef store = store("orders", "a");
        assertEquals(
                1, owner.expectMessageClass(Recovered.class, PATIENCE).start().incarnation());
        write(store, 1, new EntriesAppended(LogPosition.ZERO, List.of(batch(1, 1, "one", "two", "three"))));
        write(store, 2, new TermAndVoteSaved(saved));
        write(store, 3, new EntriesAppended(new LogPosition(1, 2), List.of(batch(3, 3, "other"))));
        end(store);

        store = store("orders", "a");
        Recovered recovered = owner.expectMessageClass(Recovered.class, PATIENCE);
        end(store);

        assertEquals(2, recovered.start().incarnation());
        assertEquals(saved, recovered.saved());
        assertEquals(
                List.of(batch(1, 1, "one", "two"), batch(3, 3, "other")),
                recovered.log().read(1, 3, Long.MAX_VALUE));
    }

    @Test
    void groupsAndNodesShareNothing() {
        ActorRef one = store("one", "a");
        owner.expectMessageClass(Recovered.class, PATIENCE);
        write(one, 1, new EntriesAppended(LogPosition.ZERO, List.of(batch(1, 1, "one"))));
        end(one);

        ActorRef other = store("two", "a");
        assertEquals(
                LogPosition.ZERO,
                owner.expectMessageClass(Recovered.class, PATIENCE).log().last());
        end(other);
        ActorRef another = store("one", "b");
        assertEquals(
                LogPosition.ZERO,
                owner.expectMessageClass(Recovered.class, PATIENCE).log().last());
        end(another);
    }
}
