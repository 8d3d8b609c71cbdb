package org.uitto.replicated;

import com.esotericsoftware.kryo.io.Input;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;
import org.uitto.kryo.AskHome;
import org.uitto.log.EntryBatch;
import org.uitto.log.NodeId;
import org.uitto.replicated.ProxyInput.Answers;
import org.uitto.replicated.ProxyInput.Failed;
import org.uitto.replicated.ProxyInput.Failure;
import org.uitto.replicated.ProxyInput.LeaderIs;
import org.uitto.replicated.ReplicaInput.ChangeMembers;
import org.uitto.replicated.ReplicaInput.CommandBatch;
import org.uitto.replicated.ReplicaInput.FromChange;
import org.uitto.replicated.ReplicaInput.FromRaft;
import org.uitto.replicated.ReplicaInput.FromRaftStatus;
import org.uitto.replicated.ReplicaInput.FromTransfer;
import org.uitto.replicated.ReplicaInput.GetReadIndex;
import org.uitto.replicated.ReplicaInput.GetReplicaStatus;
import org.uitto.replicated.ReplicaInput.HandOver;
import org.uitto.replicated.ReplicaInput.LocalCommands;
import org.uitto.replicated.ReplicaInput.OpenSession;
import org.uitto.replicated.ReplicaInput.ReadBatch;
import org.uitto.replicated.ReplicaInput.Sending;
import org.uitto.replicated.ReplicaInput.SerializedCommands;
import org.uitto.replicated.ReplicaInput.SnapshotWritten;
import org.uitto.replicated.ReplicaInput.StateDigested;
import org.uitto.replicated.ReplicaInput.StopReplica;
import org.uitto.replicated.ReplicaInput.TakeSnapshot;
import org.uitto.replicated.ReplicaInput.WhoLeads;
import org.uitto.replicated.ValueCodec.CodecException;
import org.uitto.role.GroupStatus;
import org.uitto.role.PeerTransport;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftInput.ChangeReply;
import org.uitto.role.RaftInput.ConfirmReads;
import org.uitto.role.RaftInput.GetStatus;
import org.uitto.role.RaftInput.ProposalsHeld;
import org.uitto.role.RaftInput.Propose;
import org.uitto.role.RaftInput.StateMachineFailed;
import org.uitto.role.RaftInput.TransferReply;
import org.uitto.role.RaftNotice;
import org.uitto.role.RaftNotice.Committed;
import org.uitto.role.RaftNotice.LeaderChanged;
import org.uitto.role.RaftNotice.LeadershipGained;
import org.uitto.role.RaftNotice.LogRecovered;
import org.uitto.role.RaftNotice.ParticipationEnded;
import org.uitto.role.RaftNotice.ReadsReady;
import org.uitto.role.RaftNotice.SnapshotEnded;
import org.uitto.role.RaftNotice.SnapshotRestored;
import org.uitto.role.RaftNotice.TransferAbandoned;
import org.uitto.role.RaftNotice.TransferBegun;

/**
 * Runs a replicated behavior on one node: applies what is committed and, while its node leads, handles commands. Its child
 * "raft" takes part in the group.
 */
public final class Replica<Command, Event, State> extends AbstractBehavior<ReplicaInput> {
    /**
     * What a replica is given.
     *
     * @param self this node
     * @param contactOf the contact of a node of the group
     * @param contacts those of the group's members
     * @param raft the actor that takes part in the group on behalf of the state machine it is given
     * @param raftProps how to run that actor
     * @param clock milliseconds since 1970
     */
    public record Given(
            NodeId self,
            ReplicaSettings settings,
            Function<NodeId, Optional<String>> contactOf,
            Supplier<List<String>> contacts,
            Function<ActorRef<RaftNotice>, Behavior<RaftInput>> raft,
            Props raftProps,
            LongSupplier clock) {}

    private final Given given;
    private final ReplicatedBehavior<Command, Event, State> behavior;
    private final SignalHandler<State> signalHandler;
    private final ValueCodec codec;
    private final AnswerSheet answers;
    private final ActorRef<RaftInput> raft;
    private final ActorRef<GroupStatus> raftStatus;
    private final HandOverRequests handOvers;
    private final ChangeRequests changes;
    private final LeaderWatch leaderWatch = new LeaderWatch();
    private final List<GetReplicaStatus> askedForStatus = new ArrayList<>();

    // Committed.
    private final Applied<Event, State> applied;
    private final WaitingReads<Command, Event, State> reads;
    private final SnapshotTaking snapshots;
    private long recoveryEndsAtIndex = Long.MAX_VALUE;

    // Who leads.
    private long term;
    private Optional<NodeId> leader = Optional.empty();
    private @Nullable Leadership<Command, Event, State> leadership;

    // While it hands leadership over; commands wait for how that ends.
    private boolean isHandingOver;
    private final List<CommandBatch> held = new ArrayList<>();

    private Replica(
            ActorContext<ReplicaInput> context, Given given, ReplicatedBehavior<Command, Event, State> behavior) {
        super(context);
        this.given = given;
        this.behavior = behavior;
        this.signalHandler = behavior.signalHandler();
        this.codec = new ValueCodec(context.getSystem());
        this.applied = new Applied<>(behavior.emptyState(), behavior.eventHandler(), codec);
        this.answers =
                new AnswerSheet(given.settings().maxAnswerBytes(), gathered -> new Answers(gathered, applied.index()));
        this.reads = new WaitingReads<>(applied, behavior.commandHandler(), codec, given.settings(), given.clock());
        ActorRef<RaftNotice> notices = context.messageAdapter(RaftNotice.class, FromRaft::new);
        this.raftStatus = context.messageAdapter(GroupStatus.class, FromRaftStatus::new);
        this.raft = context.spawn(given.raft().apply(notices), PeerTransport.RAFT, given.raftProps());
        this.snapshots = new SnapshotTaking(given.self(), given.settings(), applied, context, raft::tell);
        this.handOvers = new HandOverRequests(
                given.self(), raft::tell, context.messageAdapter(TransferReply.class, FromTransfer::new));
        this.changes = new ChangeRequests(raft::tell, context.messageAdapter(ChangeReply.class, FromChange::new));
        context.watch(raft); // Without it this replica is of no use: let it end too.
    }

    /** The actor that runs {@code behavior}, made anew for each start. */
    public static <Command, Event, State> Behavior<ReplicaInput> create(
            Given given, ReplicatedBehavior<Command, Event, State> behavior) {
        return Behaviors.setup(context -> new Replica<>(context, given, behavior));
    }

    @Override
    public Receive<ReplicaInput> createReceive() {
        return newReceiveBuilder()
                .onMessage(CommandBatch.class, this::onCommands)
                .onMessage(OpenSession.class, this::onOpenSession)
                .onMessage(GetReadIndex.class, this::onGetReadIndex)
                .onMessage(ReadBatch.class, this::onReads)
                .onMessage(FromRaft.class, message -> onNotice(message.notice()))
                .onMessage(WhoLeads.class, this::onWhoLeads)
                .onMessage(GetReplicaStatus.class, this::onGetStatus)
                .onMessage(FromRaftStatus.class, this::onRaftStatus)
                .onMessage(StateDigested.class, this::onStateDigested)
                .onMessage(SnapshotWritten.class, this::onSnapshotWritten)
                .onMessage(HandOver.class, this::onHandOver)
                .onMessage(FromTransfer.class, this::onTransferReply)
                .onMessage(ChangeMembers.class, this::onChangeMembers)
                .onMessage(FromChange.class, this::onChangeReply)
                .onMessage(TakeSnapshot.class, this::onTakeSnapshot)
                .onMessage(StopReplica.class, stop -> onStop())
                .build();
    }

    private Behavior<ReplicaInput> onOpenSession(OpenSession request) {
        if (leadership == null || isHandingOver) {
            request.proxy().tell(leaderIs()); // It asks again.
        } else {
            leadership.openSession(request.proxy());
            tellRaft(leadership);
        }
        return this;
    }

    private Behavior<ReplicaInput> onCommands(CommandBatch batch) {
        if (leadership == null || leadership.term() != batch.sending().term()) {
            refuse(batch);
        } else if (isHandingOver) {
            held.add(batch);
        } else if (leadership.admits(batch)) {
            handle(leadership, batch);
            tellRaft(leadership);
            answers.send();
        }
        return this;
    }

    private Behavior<ReplicaInput> onGetReadIndex(GetReadIndex question) {
        if (leadership == null) {
            question.proxy().tell(leaderIs());
        } else {
            leadership.askReadIndex(question.proxy(), question.ticket());
            tellRaft(leadership);
        }
        return this;
    }

    private Behavior<ReplicaInput> onReads(ReadBatch batch) {
        if (batch.minIndex() != ReadBatch.BY_LEASE) {
            reads.add(batch);
        } else if (leadership != null) {
            raft.tell(new ConfirmReads(leadership.term(), leadership.awaitLease(batch), true));
        } else {
            reads.refuse(batch);
            batch.proxy().tell(leaderIs());
        }
        return this;
    }

    private void tellRaft(Leadership<Command, Event, State> leading) {
        leading.takeProposals().ifPresent(payloads -> raft.tell(new Propose(leading.term(), payloads)));
        leading.takeConfirmation().ifPresent(ticket -> raft.tell(new ConfirmReads(leading.term(), ticket)));
    }

    private void handle(Leadership<Command, Event, State> leading, CommandBatch batch) {
        if (batch.payload() instanceof LocalCommands local) {
            long number = batch.sending().firstNumber();
            for (Object command : local.commands()) {
                handle(leading, origin(batch, number++, command), command);
            }
        } else {
            handleSerialized(leading, batch, (SerializedCommands) batch.payload());
        }
    }

    private void handleSerialized(
            Leadership<Command, Event, State> leading, CommandBatch batch, SerializedCommands serialized) {
        Input input = new Input(serialized.bytes().toArrayUnsafe());
        AskHome home = AskHome.of(batch.proxy());
        for (int i = 0; i < serialized.count(); i++) {
            long number = batch.sending().firstNumber() + i;
            try {
                Object command = codec.readCommand(input, home);
                handle(leading, origin(batch, number, command), command);
            } catch (CodecException e) {
                Origin unreadable = new Origin(batch.proxy(), batch.sending(), number, Optional.empty(), false);
                leading.reject(unreadable, String.valueOf(e.getMessage()));
            }
        }
    }

    private static Origin origin(CommandBatch batch, long number, Object command) {
        boolean isLocal = batch.payload() instanceof LocalCommands;
        return new Origin(batch.proxy(), batch.sending(), number, ReplyTargets.of(command), isLocal);
    }

    @SuppressWarnings("unchecked")
    private void handle(Leadership<Command, Event, State> leading, Origin origin, Object command) {
        if (!origin.sending().again() || !leading.isKnown(origin.key(), origin.proxy())) {
            leading.handle(origin, (Command) command);
        }
    }

    private void refuse(CommandBatch batch) {
        Sending sending = batch.sending();
        for (int i = 0; i < batch.payload().count(); i++) {
            answers.add(
                    batch.proxy(),
                    new Failed(
                            sending.firstNumber() + i,
                            sending.attempt(),
                            Failure.NOT_LEADER,
                            "This node does not lead term " + sending.term()));
        }
        answers.send();
        batch.proxy().tell(leaderIs()); // Behind the answers: the proxy forgets its leader when it is refused.
    }

    private Behavior<ReplicaInput> onNotice(RaftNotice notice) {
        if (notice instanceof Committed committed) {
            return onCommitted(committed);
        } else if (notice instanceof ReadsReady ready) {
            return onReadsReady(ready);
        } else if (notice instanceof LeadershipGained gained) {
            return onLeadershipGained(gained);
        } else if (notice instanceof LeaderChanged changed) {
            onLeaderChanged(changed);
        } else if (notice instanceof LogRecovered recovered) {
            recoveryEndsAtIndex = recovered.lastIndex();
            noteRecovery();
        } else if (notice instanceof SnapshotRestored restored) {
            return onSnapshotRestored(restored);
        } else if (notice instanceof TransferBegun && leadership != null) {
            isHandingOver = true;
            raft.tell(new ProposalsHeld(leadership.term()));
        } else if (notice instanceof TransferAbandoned) {
            return onTransferAbandoned();
        } else if (notice instanceof SnapshotEnded ended) {
            snapshots.onEnded(ended.trouble());
        } else if (notice instanceof ParticipationEnded) {
            endLeadership();
        }
        return this;
    }

    private Behavior<ReplicaInput> onCommitted(Committed committed) {
        long lengthBytes = 0;
        for (EntryBatch batch : committed.batches()) {
            try {
                applied.apply(batch, leadership);
            } catch (CodecException | RuntimeException e) {
                return unusable(batch, e);
            }
            lengthBytes += batch.lengthBytes();
        }
        reads.onApplied();
        signal(new ReplicaSignal.Applied(applied.index()));
        noteRecovery();
        snapshots.applied(lengthBytes);
        return released();
    }

    private Behavior<ReplicaInput> onTakeSnapshot(TakeSnapshot request) {
        snapshots.ask(request.replyTo());
        return this;
    }

    private Behavior<ReplicaInput> onSnapshotWritten(SnapshotWritten written) {
        snapshots.onWritten(written);
        return this;
    }

    /** Takes the state over from a snapshot, of this node when it starts or of the leader when it had fallen behind. */
    private Behavior<ReplicaInput> onSnapshotRestored(SnapshotRestored restored) {
        try {
            applied.restore(restored.index(), restored.bytes());
        } catch (CodecException | RuntimeException e) {
            return unusable("The snapshot of the state after index " + restored.index(), "restored", e);
        }
        snapshots.restored();
        reads.onApplied();
        signal(new ReplicaSignal.Applied(applied.index()));
        noteRecovery();
        return this;
    }

    /** A committed event that can't be applied here: this replica must not pretend to have the state. */
    private Behavior<ReplicaInput> unusable(EntryBatch batch, Exception cause) {
        return unusable("The committed entries " + batch, "applied", cause);
    }

    private Behavior<ReplicaInput> unusable(String what, String done, Exception cause) {
        String reason = what + " can't be " + done + " on this node: " + cause.getMessage()
                + ". Is a class missing or not registered here, or does the event handler depend on more than its"
                + " arguments?";
        getContext().getLog().error(reason, cause);
        raft.tell(new StateMachineFailed(reason));
        endLeadership();
        return this;
    }

    private Behavior<ReplicaInput> onReadsReady(ReadsReady ready) {
        if (leadership != null) {
            for (long ticket : ready.tickets()) {
                if (ticket > 0) {
                    leadership.confirmed(ticket);
                } else {
                    leadership
                            .leaseConfirmed(ticket)
                            .ifPresent(batch -> reads.add(batch.withMinIndex(applied.index())));
                }
            }
        }
        return released();
    }

    private Behavior<ReplicaInput> released() {
        if (leadership == null) {
            return this;
        }
        leadership.release();
        answers.send();
        if (leadership.stopRequested()) {
            endLeadership();
            return Behaviors.stopped();
        }
        return this;
    }

    private Behavior<ReplicaInput> onLeadershipGained(LeadershipGained gained) {
        Ahead<State> ahead;
        try {
            ahead = applied.ahead(gained.uncommitted());
        } catch (CodecException | RuntimeException e) {
            return unusable("The entries " + gained.uncommitted(), "applied", e);
        }
        term = gained.term();
        leader = Optional.empty();
        Leadership.Given parts = new Leadership.Given(
                codec,
                given.settings(),
                applied.sessions(),
                applied::index,
                answers,
                given.clock(),
                getContext().getLog());
        leadership = new Leadership<>(term, ahead, behavior, parts);
        leaderWatch.tell(leaderIs());
        signal(new ReplicaSignal.LeadershipGained(term));
        answerHandOvers(TransferOutcome.Result.ABANDONED); // It is this node again.
        return this;
    }

    private void onLeaderChanged(LeaderChanged changed) {
        endLeadership();
        term = changed.term();
        leader = changed.leader();
        if (leader.isPresent()) {
            leaderWatch.tell(leaderIs());
            answerHandOvers(TransferOutcome.Result.TRANSFERRED);
        }
    }

    private Behavior<ReplicaInput> onHandOver(HandOver request) {
        handOvers.ask(request);
        return this;
    }

    private Behavior<ReplicaInput> onStop() {
        endLeadership();
        return Behaviors.stopped();
    }

    private Behavior<ReplicaInput> onTransferReply(FromTransfer answer) {
        handOvers.answered(answer.reply(), leader);
        return this;
    }

    private Behavior<ReplicaInput> onChangeMembers(ChangeMembers request) {
        changes.ask(request);
        return this;
    }

    private Behavior<ReplicaInput> onChangeReply(FromChange answer) {
        changes.answered(answer.reply());
        return this;
    }

    private Behavior<ReplicaInput> onTransferAbandoned() {
        isHandingOver = false;
        List<CommandBatch> waited = List.copyOf(held);
        held.clear();
        waited.forEach(this::onCommands);
        answerHandOvers(TransferOutcome.Result.ABANDONED);
        return this;
    }

    private void answerHandOvers(TransferOutcome.Result result) {
        handOvers.ended(new TransferOutcome(result, leadership == null ? leader : Optional.of(given.self())));
    }

    private void endLeadership() {
        if (leadership != null) {
            leadership.abandon();
            answers.send();
            leadership.takeLeaseReads().forEach(reads::refuse);
            long ended = leadership.term();
            leadership = null;
            isHandingOver = false;
            List<CommandBatch> waited = List.copyOf(held);
            held.clear();
            waited.forEach(this::refuse); // None of them was handled: they may be sent again.
            signal(new ReplicaSignal.LeadershipLost(ended));
        }
        leader = Optional.empty();
    }

    private void noteRecovery() {
        if (applied.index() >= recoveryEndsAtIndex) {
            recoveryEndsAtIndex = Long.MAX_VALUE;
            signal(new ReplicaSignal.RecoveryCompleted());
        }
    }

    private void signal(ReplicaSignal signal) {
        try {
            signalHandler.handle(applied.state(), signal);
        } catch (RuntimeException e) {
            getContext().getLog().error("The handler of signal {} failed", signal, e);
        }
    }

    private Behavior<ReplicaInput> onWhoLeads(WhoLeads question) {
        question.replyTo().tell(leaderIs());
        leaderWatch.add(question.replyTo());
        return this;
    }

    private LeaderIs leaderIs() {
        Optional<String> contact =
                leadership != null ? given.contactOf().apply(given.self()) : leader.flatMap(given.contactOf());
        return new LeaderIs(term, contact, given.contacts().get());
    }

    private Behavior<ReplicaInput> onGetStatus(GetReplicaStatus request) {
        askedForStatus.add(request);
        raft.tell(new GetStatus(raftStatus));
        return this;
    }

    private Behavior<ReplicaInput> onRaftStatus(FromRaftStatus answer) {
        List<ActorRef<ReplicaStatus>> forDigest = new ArrayList<>();
        for (GetReplicaStatus asked : askedForStatus) {
            if (asked.withDigest()) {
                forDigest.add(asked.replyTo());
            } else {
                asked.replyTo().tell(status(answer.status(), ""));
            }
        }
        askedForStatus.clear();
        if (!forDigest.isEmpty()) {
            digest(answer.status(), forDigest);
        }
        return this;
    }

    private ReplicaStatus status(GroupStatus group, String digest) {
        return new ReplicaStatus(
                group,
                applied.index(),
                snapshots.isUnderWay(),
                applied.sessions().count(),
                digest);
    }

    /** Like a snapshot, the checksum is made while this replica goes on. */
    private void digest(GroupStatus group, List<ActorRef<ReplicaStatus>> askers) {
        ReplicaStatus status = status(group, "");
        CompletableFuture<String> digest = snapshots.bytes().thenApply(ValueCodec::checksum);
        getContext()
                .pipeToSelf(
                        digest,
                        (checksum, failure) ->
                                new StateDigested(failure == null ? status.withDigest(checksum) : status, askers));
    }

    private Behavior<ReplicaInput> onStateDigested(StateDigested digested) {
        digested.askers().forEach(asker -> asker.tell(digested.status()));
        return this;
    }
}
