package org.uitto.replicated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.uitto.replicated.ReplicaBench.PATIENCE;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.log.EntryBatch;
import org.uitto.log.LogPosition;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.replicated.MembershipOutcome.Result;
import org.uitto.replicated.ProxyInput.Answer;
import org.uitto.replicated.ProxyInput.Done;
import org.uitto.replicated.ProxyInput.Failed;
import org.uitto.replicated.ProxyInput.Failure;
import org.uitto.replicated.ProxyInput.LeaderIs;
import org.uitto.replicated.ProxyInput.Replied;
import org.uitto.replicated.ProxyInput.SessionOpened;
import org.uitto.replicated.ProxyInput.SessionUnknown;
import org.uitto.replicated.ReplicaInput.GetReplicaStatus;
import org.uitto.replicated.ReplicaInput.OpenSession;
import org.uitto.role.GroupStatus;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftInput.ChangeReply;
import org.uitto.role.RaftInput.ConfirmReads;
import org.uitto.role.RaftInput.GetStatus;
import org.uitto.role.RaftInput.StateMachineFailed;
import org.uitto.role.RaftNotice.LeaderChanged;
import org.uitto.role.RaftNotice.LeadershipGained;
import org.uitto.role.RaftNotice.LogRecovered;
import org.uitto.role.RaftNotice.ParticipationEnded;
import org.uitto.role.RaftNotice.ReadsReady;

/** What a replica tells whom, and when. */
class ReplicaTest {
    private ReplicaBench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new ReplicaBench();
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private static Failure failureOf(Answer answer) {
        return assertInstanceOf(Failed.class, answer).failure();
    }

    @Test
    void repliesOnlyOnceTheCommandIsCommitted() {
        bench.lead(1);
        long number = bench.locally(bench.say("yes"));
        EntryBatch entry = bench.proposed();
        bench.assertSilence();

        bench.committed(entry);

        assertEquals("yes", bench.reply());
        assertEquals(List.of(new Done(number, Answer.ANY_ATTEMPT)), bench.answers());
    }

    @Test
    void handlesAheadAndRepliesInOrder() {
        bench.lead(1);
        bench.locally(bench.say("one"), bench.say("two"));
        bench.locally(bench.say("three"));
        EntryBatch first = bench.proposed();
        EntryBatch second = bench.proposed();
        assertEquals(2, first.payloads().count(), "what came together is proposed together");

        bench.committed(first.upTo(first.firstIndex()));
        assertEquals("one", bench.reply());
        bench.assertSilenceAfterAnswers(1);
        bench.committed(first.from(first.lastIndex()), second);

        assertEquals("one two", bench.reply());
        assertEquals("one two three", bench.reply());
    }

    @Test
    void aReadWaitsForItsConfirmation() {
        bench.lead(1);
        bench.locally(bench.recall());
        ConfirmReads confirm = bench.raft.expectMessageClass(ConfirmReads.class, PATIENCE);
        assertEquals(1, confirm.term());
        bench.assertSilence();

        bench.notices.tell(new ReadsReady(List.of(confirm.ticket())));

        assertEquals("", bench.reply());
    }

    @Test
    void aReadWaitsForWhatItSaw() {
        bench.lead(1);
        bench.locally(bench.say("yes"), bench.recall());
        EntryBatch entry = bench.proposed();
        ConfirmReads confirm = bench.raft.expectMessageClass(ConfirmReads.class, PATIENCE);

        bench.notices.tell(new ReadsReady(List.of(confirm.ticket())));
        bench.assertSilence();
        bench.committed(entry);

        assertEquals("yes", bench.reply());
        assertEquals("yes", bench.reply());
    }

    @Test
    void aWriteBehindAReadKeepsItsPlace() {
        bench.lead(1);
        bench.locally(bench.recall(), bench.say("late"));
        EntryBatch entry = bench.proposed();
        ConfirmReads confirm = bench.raft.expectMessageClass(ConfirmReads.class, PATIENCE);

        bench.committed(entry);
        bench.assertSilence();
        bench.notices.tell(new ReadsReady(List.of(confirm.ticket())));

        assertEquals("", bench.reply());
        assertEquals("late", bench.reply());
    }

    @Test
    void readsOfOneMessageShareATicketAndLaterOnesHaveLaterTickets() {
        bench.lead(1);
        bench.locally(bench.recall(), bench.recall());
        ConfirmReads first = bench.raft.expectMessageClass(ConfirmReads.class, PATIENCE);
        bench.locally(bench.recall());
        ConfirmReads second = bench.raft.expectMessageClass(ConfirmReads.class, PATIENCE);
        assertTrue(second.ticket() > first.ticket());

        bench.notices.tell(new ReadsReady(List.of(first.ticket())));
        bench.reply();
        bench.reply();
        bench.assertSilenceAfterAnswers(1);
        bench.notices.tell(new ReadsReady(List.of(second.ticket())));
        bench.reply();
    }

    @Test
    @DisplayName(
            "C21 C20 of what waits when leadership ends, writes are for the next leader to tell and reads to handle")
    void whatWaitsWhenLeadershipEndsIsAnsweredOnce() {
        bench.lead(1);
        long number = bench.locally(bench.say("one"), bench.recall(), bench.say("two"));
        bench.proposed();
        bench.settled();

        bench.loseLeadership();

        List<Answer> answers = bench.answers();
        assertEquals(
                List.of(Failure.LEADERSHIP_LOST, Failure.NOT_LEADER, Failure.LEADERSHIP_LOST),
                answers.stream().map(ReplicaTest::failureOf).toList());
        assertEquals(
                List.of(number, number + 1, number + 2),
                answers.stream().map(Answer::number).toList());
        bench.assertSilence();
    }

    @Test
    @DisplayName(
            "C21 what a lost leadership proposed may be committed even so, and is then applied, and not replied to")
    void whatALostLeadershipProposedMayBeCommitted() {
        bench.lead(1);
        bench.locally(bench.say("kept"), bench.say("dropped"));
        EntryBatch entries = bench.proposed();
        bench.loseLeadership();
        bench.answers();

        bench.committed(entries.upTo(entries.firstIndex()));
        bench.assertSilence();
        bench.lead(3).locally(bench.recall());
        ConfirmReads confirm = bench.raft.expectMessageClass(ConfirmReads.class, PATIENCE);
        bench.notices.tell(new ReadsReady(List.of(confirm.ticket())));

        assertEquals("kept", bench.reply());
    }

    @Test
    void aNewLeaderHandlesOnTheStateWithAllOfItsLog() throws Exception {
        bench.committed(bench.said(1, "committed"));
        EntryBatch uncommitted = bench.said(1, "uncommitted");
        bench.notices.tell(new LeadershipGained(2, List.of(uncommitted)));
        bench.term = 2;
        bench.locally(bench.recall());
        ConfirmReads confirm = bench.raft.expectMessageClass(ConfirmReads.class, PATIENCE);

        bench.committed(uncommitted);
        bench.notices.tell(new ReadsReady(List.of(confirm.ticket())));

        assertEquals("committed uncommitted", bench.reply());
    }

    @Test
    @DisplayName("F14 a command that is sent again takes effect once and gets its first reply")
    void aCommandThatIsSentAgainGetsItsFirstReply() throws Exception {
        bench.lead(1);
        long number = bench.fromAfar(bench.say("one"));
        EntryBatch entry = bench.proposed();
        bench.committed(entry);
        List<Answer> answers = bench.answers();

        bench.fromAfar(bench.say("two"));
        bench.committed(bench.proposed());
        bench.answers();
        bench.again(number, bench.say("one"));

        assertEquals(answers, bench.answers());
        bench.assertSilence();
        bench.raft.expectNoMessage();
    }

    @Test
    @DisplayName("F14 a command that is sent again while it is being replicated is not handled again")
    void aCommandThatIsSentAgainWhileItIsReplicatedIsNotHandledAgain() throws Exception {
        bench.lead(1);
        long number = bench.fromAfar(bench.say("one"));
        EntryBatch entry = bench.proposed();

        bench.again(number, bench.say("one"));
        bench.settled();
        bench.raft.expectNoMessage();
        bench.committed(entry);

        assertEquals(number, bench.answers().get(0).number());
        bench.assertSilence();
    }

    @Test
    @DisplayName("F14 C19 a command that an earlier leader has left in the log is answered once it is committed")
    void aCommandOfAnEarlierLeaderIsAnsweredOnceItIsCommitted() throws Exception {
        bench.lead(1);
        long number = bench.fromAfar(bench.say("one"));
        EntryBatch entry = bench.proposed();
        bench.loseLeadership();
        bench.answers();
        bench.notices.tell(new LeadershipGained(3, List.of(entry)));
        bench.term = 3;

        bench.again(number, bench.say("one"));
        bench.assertSilence();
        bench.raft.expectNoMessage();
        bench.committed(entry);

        Replied replied = assertInstanceOf(Replied.class, bench.answers().get(0));
        assertEquals(number, replied.number());
        assertEquals(Answer.ANY_ATTEMPT, replied.attempt());
    }

    @Test
    void aCommandThatNobodyHasHandledIsHandledWhenItIsSentAgain() throws Exception {
        bench.lead(1);
        long number = bench.fromAfar(bench.recall());
        bench.raft.expectMessageClass(ConfirmReads.class, PATIENCE);
        bench.loseLeadership();
        bench.answers();
        bench.lead(3);

        bench.again(number, bench.say("one"));
        bench.committed(bench.proposed());

        assertInstanceOf(Replied.class, bench.answers().get(0));
    }

    @Test
    void aMessageThatComesLateIsNotHandled() throws Exception {
        bench.lead(1);
        bench.fromAfar(bench.say("one"));
        bench.committed(bench.proposed());
        bench.answers();

        bench.late(bench.say("late"));

        bench.assertSilence();
        bench.raft.expectNoMessage();
    }

    @Test
    void aMessageForAnotherTermIsRefused() throws Exception {
        bench.lead(2);
        bench.term = 1;

        bench.fromAfar(bench.say("one"));

        assertEquals(Failure.NOT_LEADER, failureOf(bench.answers().get(0)));
        assertEquals(new LeaderIs(2, Optional.of("a:1"), ReplicaBench.MEMBERS), bench.proxy.receiveMessage(PATIENCE));
    }

    @Test
    void commandsOfAnUnknownSessionAreNotHandled() throws Exception {
        bench.lead(1);

        bench.inSession(77, bench.say("one"));

        assertEquals(new SessionUnknown(1), bench.proxy.receiveMessage(PATIENCE));
        bench.assertSilence();
        bench.raft.expectNoMessage();
    }

    @Test
    void aSessionBeginsOnceItsEntryIsCommitted() {
        bench.lead(1);
        bench.replica.tell(new OpenSession(bench.proxy.getRef()));
        EntryBatch entry = bench.proposed();
        bench.assertSilence();

        bench.committed(entry);

        assertEquals(new SessionOpened(entry.firstIndex()), bench.proxy.receiveMessage(PATIENCE));
    }

    @Test
    void aReplicaThatDoesNotLeadRefusesEachCommandAndSaysWhoLeads() {
        bench.notices.tell(new LeaderChanged(4, Optional.of(new NodeId("c"))));

        long number = bench.locally(bench.say("one"), bench.recall());

        List<Answer> answers = bench.answers();
        assertEquals(
                List.of(number, number + 1),
                answers.stream().map(Answer::number).toList());
        assertTrue(answers.stream().allMatch(answer -> failureOf(answer) == Failure.NOT_LEADER));
        assertEquals(new LeaderIs(4, Optional.of("c:1"), ReplicaBench.MEMBERS), bench.proxy.receiveMessage(PATIENCE));
    }

    @Test
    void saysWhoLeads() {
        assertEquals(new LeaderIs(0, Optional.empty(), ReplicaBench.MEMBERS), bench.settled());
        bench.lead(3);
        assertEquals(new LeaderIs(3, Optional.of("a:1"), ReplicaBench.MEMBERS), bench.settled());
        bench.loseLeadership();
        assertEquals(new LeaderIs(4, Optional.of("b:1"), ReplicaBench.MEMBERS), bench.settled());
        bench.notices.tell(new LeaderChanged(5, Optional.empty()));
        assertEquals(new LeaderIs(5, Optional.empty(), ReplicaBench.MEMBERS), bench.settled());
    }

    @Test
    void whoHasAskedHearsOfTheNextLeaderToo() {
        TestProbe<ProxyInput> proxy = bench.kit.createTestProbe();
        bench.replica.tell(new ReplicaInput.WhoLeads(proxy.getRef()));
        proxy.expectMessage(PATIENCE, new LeaderIs(0, Optional.empty(), ReplicaBench.MEMBERS));

        bench.notices.tell(new LeaderChanged(4, Optional.empty()));
        bench.notices.tell(new LeaderChanged(4, Optional.of(new NodeId("c"))));

        proxy.expectMessage(PATIENCE, new LeaderIs(4, Optional.of("c:1"), ReplicaBench.MEMBERS));
    }

    @Test
    void whoHasAskedHearsThatThisNodeLeads() {
        TestProbe<ProxyInput> proxy = bench.kit.createTestProbe();
        bench.replica.tell(new ReplicaInput.WhoLeads(proxy.getRef()));
        proxy.expectMessageClass(LeaderIs.class, PATIENCE);

        bench.lead(3);

        proxy.expectMessage(PATIENCE, new LeaderIs(3, Optional.of("a:1"), ReplicaBench.MEMBERS));
    }

    @Test
    void whoAskedForAChangeOfMembersHearsWhetherItWasBegun() {
        TestProbe<MembershipOutcome> first = bench.kit.createTestProbe();
        TestProbe<MembershipOutcome> second = bench.kit.createTestProbe();
        MembershipChange change = MembershipChange.NONE.removing(new NodeId("c"));
        bench.replica.tell(new ReplicaInput.ChangeMembers(change, first.getRef()));
        bench.replica.tell(new ReplicaInput.ChangeMembers(change, second.getRef()));
        RaftInput.ChangeMembers begun = bench.raft.expectMessageClass(RaftInput.ChangeMembers.class, PATIENCE);
        RaftInput.ChangeMembers refused = bench.raft.expectMessageClass(RaftInput.ChangeMembers.class, PATIENCE);

        begun.replyTo().tell(new ChangeReply.Begun(Set.of(new NodeId("a"), new NodeId("b"))));
        refused.replyTo().tell(new ChangeReply.Refused(true, "Not now."));

        assertEquals(change, begun.change());
        assertEquals(Result.UNDER_WAY, first.receiveMessage(PATIENCE).result());
        assertEquals(MembershipOutcome.of(Result.BUSY, "Not now."), second.receiveMessage(PATIENCE));
    }

    @Test
    @DisplayName("C26 a committed event that can't be applied ends the node's part in the group, loudly")
    void aCommittedEventThatCantBeAppliedEndsTheNodesPart() throws Exception {
        bench.lead(1);
        long number = bench.locally(bench.say("one"));
        bench.proposed();
        bench.settled();

        bench.committed(bench.said(9, "unspeakable"));

        StateMachineFailed failed = bench.raft.expectMessageClass(StateMachineFailed.class, PATIENCE);
        assertTrue(failed.reason().contains("9/4..4"), failed.reason());
        assertTrue(failed.reason().contains("that word can't be said"), failed.reason());
        Answer answer = bench.answers().get(0);
        assertEquals(number, answer.number());
        assertEquals(Failure.LEADERSHIP_LOST, failureOf(answer));
    }

    @Test
    void aNodeThatTakesNoPartAnyMoreAnswersWhoeverWaits() {
        bench.lead(1);
        bench.locally(bench.say("one"));
        bench.proposed();

        bench.notices.tell(new ParticipationEnded("the disk is gone"));

        assertEquals(Failure.LEADERSHIP_LOST, failureOf(bench.answers().get(0)));
        assertEquals(Optional.empty(), bench.settled().contact());
    }

    @Test
    void tellsItsSignalsWithTheCommittedState() throws Exception {
        bench.notices.tell(new LogRecovered(3));
        bench.committed(bench.said(1, "one"));
        bench.settled();
        assertEquals(List.of("Applied[index=2] [one]"), bench.signals);

        bench.committed(bench.said(1, "two"));
        bench.lead(2);
        bench.locally(bench.say("three"));
        bench.loseLeadership();
        bench.settled();

        assertEquals(
                List.of(
                        "Applied[index=2] [one]",
                        "Applied[index=3] [one two]",
                        "RecoveryCompleted[] [one two]",
                        "LeadershipGained[term=2] [one two]",
                        "LeadershipLost[term=2] [one two]"),
                bench.signals);
    }

    @Test
    void whatIsRecoveredBeforeItIsKnownIsRecoveredAtOnce() {
        bench.notices.tell(new LogRecovered(0));
        bench.settled();

        assertEquals(List.of("RecoveryCompleted[] []"), bench.signals);
    }

    @Test
    void answersForItsStatusToAllWhoAsked() throws Exception {
        bench.committed(bench.said(1, "one"));
        TestProbe<ReplicaStatus> one = bench.kit.createTestProbe();
        TestProbe<ReplicaStatus> other = bench.kit.createTestProbe();
        bench.replica.tell(new GetReplicaStatus(one.getRef()));
        bench.replica.tell(new GetReplicaStatus(other.getRef()));
        GroupStatus group = Statuses.follower(new LogPosition(1, 1));

        GetStatus question = bench.raft.expectMessageClass(GetStatus.class, PATIENCE);
        question.replyTo().tell(group);

        ReplicaStatus status = one.receiveMessage(PATIENCE);
        assertEquals(group, status.group());
        assertEquals(2, status.appliedIndex());
        assertEquals(1, status.sessionCount());
        assertEquals(8, status.stateDigest().length());
        assertEquals(status, other.receiveMessage(PATIENCE));
    }

    @Test
    void theStateIsDigestedOnlyForThoseWhoAskForIt() throws Exception {
        bench.committed(bench.said(1, "one"));
        TestProbe<ReplicaStatus> asker = bench.kit.createTestProbe();
        bench.replica.tell(new GetReplicaStatus(asker.getRef(), false));
        GroupStatus group = Statuses.follower(new LogPosition(1, 1));

        bench.raft.expectMessageClass(GetStatus.class, PATIENCE).replyTo().tell(group);

        assertEquals(new ReplicaStatus(group, 2, false, 1, ""), asker.receiveMessage(PATIENCE));
    }
}
