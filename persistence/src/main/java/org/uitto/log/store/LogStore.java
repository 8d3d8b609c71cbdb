package org.uitto.log.store;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.actor.Props;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.AbstractPersistentActor;
import org.apache.pekko.persistence.Recovery;
import org.apache.pekko.persistence.RecoveryCompleted;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.uitto.log.GroupId;
import org.uitto.log.LogMutation;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.Started;
import org.uitto.log.LogMutation.TermAndVoteSaved;
import org.uitto.log.LogPosition;
import org.uitto.log.LogWindow;
import org.uitto.log.NodeId;
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
 */
public final class LogStore extends AbstractPersistentActor {
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
    private final ActorRef<? super LogNotice> owner;

    // While recovering: what is being recovered.
    private LogWindow recovering = new LogWindow();
    private long incarnation;

    // What is durable.
    private LogPosition last = LogPosition.ZERO;
    private TermAndVote saved = TermAndVote.INITIAL;

    // What gathers while a write is under way.
    private List<LogMutation> gathered = new ArrayList<>();
    private long gatheredNumber;
    private boolean writing;

    private LogStore(GroupId group, NodeId node, ActorRef<? super LogNotice> owner) {
        this.persistenceId = persistenceId(group, node);
        this.owner = owner;
    }

    /** How to make the store of {@code node}'s log of {@code group}, which reports to {@code owner}. */
    public static Props props(GroupId group, NodeId node, ActorRef<? super LogNotice> owner) {
        return Props.create(LogStore.class, () -> new LogStore(group, node, owner));
    }

    /** The persistence id under which a journal keeps {@code node}'s log of {@code group}. */
    public static String persistenceId(GroupId group, NodeId node) {
        return "uitto/" + group + "/" + node;
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
        for (LogMutation mutation : event.mutations()) {
            if (mutation instanceof EntriesAppended appended) {
                recovering.apply(appended);
            } else if (mutation instanceof Started started) {
                incarnation = started.incarnation();
            }
            nowDurable(mutation);
        }
    }

    /** A peer must be able to tell this start from all before it: it is counted on disk before anything else is said. */
    private void start() {
        Started started = new Started(incarnation + 1);
        persistAsync(new LogMutations(List.of(started)), event -> {
            LogWindow log = recovering;
            recovering = new LogWindow();
            owner.tell(new Recovered(log, saved, started.incarnation()));
        });
    }

    @Override
    public Receive createReceive() {
        return receiveBuilder().match(Write.class, this::write).build();
    }

    private void write(Write write) {
        gathered.addAll(write.mutations());
        gatheredNumber = write.number();
        if (!writing) {
            writeGathered();
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
            writing = false;
            if (!gathered.isEmpty()) {
                writeGathered();
            }
        });
    }

    private void nowDurable(LogMutation mutation) {
        if (mutation instanceof EntriesAppended appended) {
            last = appended.last();
        } else if (mutation instanceof TermAndVoteSaved term) {
            saved = term.value();
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
        owner.tell(new LogFailed(reason, cause));
    }
}
