package org.uitto.log.store;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.DeleteMessagesFailure;
import org.apache.pekko.persistence.DeleteMessagesSuccess;
import org.apache.pekko.persistence.Recovery;
import org.apache.pekko.persistence.RecoveryCompleted;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.uitto.damage.DamagedEvents;
import org.uitto.log.GroupId;
import org.uitto.log.LogMutation;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.LogDiscarded;
import org.uitto.log.LogMutation.PrefixCompacted;
import org.uitto.log.LogMutation.SnapshotInstalled;
import org.uitto.log.LogMutation.Started;
import org.uitto.log.LogMutation.StorageSaved;
import org.uitto.log.LogMutation.TermAndVoteSaved;
import org.uitto.log.LogPosition;
import org.uitto.log.LogWindow;
import org.uitto.log.NodeId;
import org.uitto.log.NodeStart;
import org.uitto.log.StorageId;
import org.uitto.log.StorageRecord;
import org.uitto.log.StoredSnapshot;
import org.uitto.log.TermAndVote;
import org.uitto.log.store.LogNotice.LogFailed;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.log.store.LogNotice.Recovered;

/**
 * Makes one node's log of one group durable. Term, vote and entries share one persistence id, so their order is total:
 * whoever knows a write to be durable knows it of all earlier ones.
 *
 * <p>One event is under way at a time; the writes that come meanwhile become the next. Nothing is ever tried again: after
 * a failure the state of the disk is unknown, and the store says {@link LogFailed} and stops.
 *
 * <p>When the log was compacted, the events that hold nothing else any more are deleted from the journal. What must outlive
 * them (term, vote, the number of this start) is written again with the compaction, in one event.
 */
public final class LogStore extends AbstractPersistentActor {
    private static final Logger LOG = LoggerFactory.getLogger(LogStore.class);

    /** The setting that names the journal plugin. */
    public static final String JOURNAL_SETTING = "uitto.log.journal";

    /**
     * Asks for mutations to be made durable, behind all that was asked before.
     *
     * @param number counts up from 1 with each write
     */
    public record Write(long number, List<LogMutation> mutations) {
        public Write {
            mutations = List.copyOf(mutations);
        }
    }

    private final String persistenceId;
    private final LongSupplier chance;
    private final ActorRef<? super LogNotice> owner;

    // While recovering: what is being recovered, and up to which event.
    private LogWindow recovering = new LogWindow();
    private long replayedTo;

    // What is durable.
    private final JournalExtent extent = new JournalExtent();
    private long incarnation;
    private int nonce;
    private @Nullable StorageRecord storage;
    private LogPosition last = LogPosition.ZERO;
    private TermAndVote saved = TermAndVote.INITIAL;

    // What gathers while a write is under way.
    private List<LogMutation> gathered = new ArrayList<>();
    private long gatheredNumber;
    private TermAndVote newest = TermAndVote.INITIAL;
    private @Nullable StorageRecord newestStorage;
    private long deletedTo;
    private boolean writing;

    private LogStore(String persistenceId, LongSupplier chance, ActorRef<? super LogNotice> owner) {
        this.persistenceId = persistenceId;
        this.chance = chance;
        this.owner = owner;
    }

    /**
     * How to make a store of a log.
     *
     * @param persistenceId as {@link #persistenceId(GroupId, NodeId, int)} says
     * @param chance draws numbers, any of 64 bits, to name a new storage and this start
     * @param owner gets the notices
     */
    public static Props props(String persistenceId, LongSupplier chance, ActorRef<? super LogNotice> owner) {
        return Props.create(LogStore.class, () -> new LogStore(persistenceId, chance, owner));
    }

    /**
     * The persistence id under which a journal keeps {@code node}'s log of {@code group}.
     *
     * @param generation 1, and one more for each log that was damaged and given up
     */
    public static String persistenceId(GroupId group, NodeId node, int generation) {
        return generation == 1
                ? "uitto/" + group + "/" + node
                : "uitto/" + group + "/generation-" + generation + "/" + node;
    }

    @Override
    public String persistenceId() {
        return persistenceId;
    }

    @Override
    public String journalPluginId() {
        // Called by the superclass's constructor, when no field of this class is set yet.
        return getContext().getSystem().settings().config().getString(JOURNAL_SETTING);
    }

    @Override
    public String snapshotPluginId() {
        return "pekko.persistence.no-snapshot-store";
    }

    @Override
    public Recovery recovery() {
        return Recovery.create(SnapshotSelectionCriteria.none());
    }

    @Override
    public Receive createReceiveRecover() {
        return receiveBuilder()
                .match(LogMutations.class, this::replay)
                .match(RecoveryCompleted.class, completed -> start())
                .build();
    }

    private void replay(LogMutations event) {
        checkNothingIsMissingBefore(lastSequenceNr());
        replayedTo = lastSequenceNr();
        for (LogMutation mutation : event.mutations()) {
            if (mutation instanceof EntriesAppended appended) {
                beginBehind(appended.prev());
                beginAgainBehind(appended.prev());
                recovering.apply(appended);
            } else if (mutation instanceof PrefixCompacted compacted) {
                beginBehind(compacted.base());
                recovering.apply(compacted);
            } else if (mutation instanceof SnapshotInstalled installed) {
                recovering.apply(installed);
            } else if (mutation instanceof LogDiscarded discarded) {
                recovering.apply(discarded);
            }
            nowDurable(mutation);
        }
    }

    /** A prefix was deleted with a compaction; but from there on events have been written without a gap. */
    private void checkNothingIsMissingBefore(long sequenceNr) {
        if (replayedTo > 0 && sequenceNr != replayedTo + 1) {
            throw new MissingEventsException(
                    persistenceId, "behind sequence number " + replayedTo + " it goes on with " + sequenceNr);
        }
    }

    /**
     * If the log that was read so far does not reach to {@code base}, then what lies between was compacted by a later event,
     * and its events were deleted: the log begins there.
     */
    private void beginBehind(LogPosition base) {
        if (base.index() > recovering.last().index()) {
            recovering = new LogWindow(base);
        }
    }

    /**
     * If entries follow {@code prev} though the log that was read so far begins behind it, then all of that was cut off by them. Their
     * event was kept, and has it all; those before it were not.
     */
    private void beginAgainBehind(LogPosition prev) {
        if (prev.index() < recovering.base().index() && recovering.snapshot().isEmpty()) {
            recovering = new LogWindow(prev);
        }
    }

    /** A peer must be able to tell this start from all before it: it is counted on disk before anything else is said. */
    private void start() {
        long snapshotIndex = recovering
                .snapshot()
                .map(StoredSnapshot::position)
                .orElse(LogPosition.ZERO)
                .index();
        if (replayedTo > 0 && lastSequenceNr() > replayedTo) {
            refuse("it ends with sequence number " + replayedTo + ", though " + lastSequenceNr() + " was written");
            return;
        } else if (snapshotIndex < recovering.base().index()) {
            refuse("it begins behind " + recovering.base() + ", but no snapshot reaches further than index "
                    + snapshotIndex);
            return;
        }
        StorageRecord known = storage;
        StorageRecord own = known == null ? StorageRecord.begun(StorageId.drawn(chance.getAsLong())) : known;
        NodeStart start = new NodeStart(own.own(), incarnation + 1, (int) chance.getAsLong());
        List<LogMutation> mutations = new ArrayList<>(List.of(new Started(start.incarnation(), start.nonce())));
        if (known == null) {
            mutations.add(new StorageSaved(own));
        }
        persistAsync(new LogMutations(mutations), event -> {
            event.mutations().forEach(this::nowDurable);
            newest = saved;
            newestStorage = own;
            LogWindow log = recovering;
            recovering = new LogWindow();
            owner.tell(new Recovered(log, saved, own, start));
        });
    }

    private void refuse(String what) {
        failed("can't be read back", new MissingEventsException(persistenceId, what));
        getContext().stop(getSelf());
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(Write.class, this::write)
                .match(DeleteMessagesSuccess.class, deleted -> {}) // Nothing waits for it.
                .match(DeleteMessagesFailure.class, this::notDeleted)
                .build();
    }

    private void notDeleted(DeleteMessagesFailure failure) {
        LOG.warn(
                "The journal {} did not delete what the log {} no longer needs, up to sequence number {}; the next"
                        + " compaction deletes it with the rest.",
                journalPluginId(),
                persistenceId,
                failure.toSequenceNr(),
                failure.cause());
    }

    private void write(Write write) {
        for (LogMutation mutation : write.mutations()) {
            gathered.add(mutation);
            if (mutation instanceof TermAndVoteSaved term) {
                newest = term.value();
            } else if (mutation instanceof StorageSaved changed) {
                newestStorage = changed.value();
            } else if (mutation instanceof PrefixCompacted || mutation instanceof SnapshotInstalled) {
                sayAgain();
            }
        }
        gatheredNumber = write.number();
        if (!writing) {
            writeGathered();
        }
    }

    /** What the events hold that may be deleted now, beside entries. */
    private void sayAgain() {
        gathered.add(new TermAndVoteSaved(newest));
        gathered.add(new Started(incarnation, nonce));
        if (newestStorage != null) {
            gathered.add(new StorageSaved(newestStorage));
        }
    }

    private void writeGathered() {
        long number = gatheredNumber;
        LogMutations event = new LogMutations(gathered);
        gathered = new ArrayList<>();
        writing = true;
        persistAsync(event, written -> {
            written.mutations().forEach(this::nowDurable);
            owner.tell(new Persisted(number, last, saved));
            deleteCompacted();
            writing = false;
            if (!gathered.isEmpty()) {
                writeGathered();
            }
        });
    }

    private void nowDurable(LogMutation mutation) {
        extent.stored(lastSequenceNr(), mutation);
        if (mutation instanceof EntriesAppended appended) {
            last = appended.last();
        } else if (mutation instanceof SnapshotInstalled installed) {
            last = installed.snapshot().position();
        } else if (mutation instanceof LogDiscarded) {
            last = LogPosition.ZERO;
        } else if (mutation instanceof TermAndVoteSaved term) {
            saved = term.value();
        } else if (mutation instanceof Started started) {
            incarnation = started.incarnation();
            nonce = started.nonce();
        } else if (mutation instanceof StorageSaved changed) {
            storage = changed.value();
        }
    }

    /** What the journal need not keep any longer goes; nothing waits for that. */
    private void deleteCompacted() {
        long deletableTo = extent.deletableTo();
        if (deletableTo > deletedTo) {
            deletedTo = deletableTo;
            deleteMessages(deletableTo);
        }
    }

    @Override
    public void onRecoveryFailure(Throwable cause, scala.Option<Object> event) {
        failed("can't be read back", cause);
    }

    @Override
    public void onPersistFailure(Throwable cause, Object event, long seqNr) {
        failed("can't be written, at sequence number " + seqNr, cause);
    }

    @Override
    public void onPersistRejected(Throwable cause, Object event, long seqNr) {
        failed("was refused by the journal, at sequence number " + seqNr, cause);
        getContext().stop(getSelf());
    }

    private void failed(String what, Throwable cause) {
        String reason = "The log " + persistenceId + " in journal " + journalPluginId() + " " + what + ": "
                + cause.getMessage();
        boolean isDamaged = DamagedEvents.in(cause)
                .flatMap(DamagedEvents::persistenceId)
                .filter(persistenceId::equals)
                .isPresent();
        owner.tell(new LogFailed(reason, cause, isDamaged));
    }
}
