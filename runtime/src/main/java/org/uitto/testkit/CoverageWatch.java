package org.uitto.testkit;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.uitto.core.PeerMessage;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.InstallSnapshot;
import org.uitto.core.Progress;
import org.uitto.core.RoleState;
import org.uitto.core.RoleState.Leader;
import org.uitto.core.Transition;
import org.uitto.log.LogView;
import org.uitto.log.store.LogNotice.Persisted;
import org.uitto.log.store.SnapshotNotice.Fetched;
import org.uitto.log.store.SnapshotNotice.Saved;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftInput.ChangeMembers;
import org.uitto.role.RaftInput.ConfirmReads;
import org.uitto.role.RaftInput.ElectionTimerFired;
import org.uitto.role.RaftInput.LogChanged;
import org.uitto.role.RaftInput.PeerEnvelope;
import org.uitto.role.RaftInput.SnapshotChanged;
import org.uitto.role.RaftInput.TransferLeadership;

/** Counts what one node decides. */
final class CoverageWatch implements NodeObserver {
    private static final Map<Class<?>, String> RULES_BY_ANOTHER_NAME = Map.of(
            ElectionTimerFired.class, "onElectionTimeout",
            ConfirmReads.class, "onReadRequest",
            TransferLeadership.class, "onTransfer",
            ChangeMembers.class, "onChange");

    private final Coverage coverage;
    private @Nullable RaftInput input;
    private String role = "";

    CoverageWatch(Coverage coverage) {
        this.coverage = coverage;
    }

    /** The role that the node is in; empty before it has one. */
    String role() {
        return role;
    }

    @Override
    public void onStarted(RoleState initial, LogView log) {
        role = nameOf(initial);
        input = null;
        coverage.count(Coverage.Kind.RULE, Coverage.rule(role, "onStarted"));
    }

    @Override
    public void onInput(RaftInput next) {
        input = next;
    }

    @Override
    public void onTransition(RoleState before, Transition transition, LogView log) {
        String was = nameOf(before);
        role = nameOf(transition.next());
        if (!role.equals(was)) {
            coverage.count(Coverage.Kind.CHANGE, Coverage.change(was, role));
        }
        boolean replicates = transition.sendNow().stream()
                .anyMatch(sent -> sent.message() instanceof AppendEntries || sent.message() instanceof InstallSnapshot);
        if (replicates) {
            coverage.count(Coverage.Kind.RULE, Coverage.rule(was, "replicate"));
        }
        RaftInput about = input;
        if (before instanceof Leader
                && !before.isQuiescent()
                && transition.next().isQuiescent()) {
            input = null;
            coverage.count(Coverage.Kind.RULE, Coverage.rule(was, "onQuiesce"));
        } else if (about instanceof PeerEnvelope envelope && hearsOfRestart(before, transition, envelope.message())) {
            coverage.count(Coverage.Kind.RULE, Coverage.rule(was, "onPeerRestarted"));
        } else if (about != null) {
            input = null; // What follows is decided about the same, by rules that are counted above.
            countInput(was, before, about);
        }
    }

    private void countInput(String was, RoleState before, RaftInput about) {
        if (about instanceof PeerEnvelope envelope) {
            PeerMessage message = envelope.message();
            coverage.count(
                    Coverage.Kind.MESSAGE,
                    Coverage.message(
                            was, message.getClass().getSimpleName(), Coverage.Term.of(message.term(), before.term())));
        } else {
            coverage.count(Coverage.Kind.RULE, Coverage.rule(was, ruleFor(about)));
        }
    }

    private static String ruleFor(RaftInput about) {
        if (about instanceof LogChanged changed && changed.notice() instanceof Persisted) {
            return "onPersisted";
        } else if (about instanceof SnapshotChanged changed && changed.notice() instanceof Saved) {
            return "onSnapshotSaved";
        } else if (about instanceof SnapshotChanged changed && changed.notice() instanceof Fetched) {
            return "onSnapshotFetched";
        }
        String own = "on" + about.getClass().getSimpleName();
        return RULES_BY_ANOTHER_NAME.getOrDefault(about.getClass(), own);
    }

    /** Before it decides about a message from another start of a peer a leader notes that. */
    static boolean hearsOfRestart(RoleState before, Transition transition, PeerMessage message) {
        if (!(before instanceof Leader was && transition.next() instanceof Leader is)) {
            return false;
        }
        Progress known = was.progress().get(message.from());
        Progress next = is.progress().get(message.from());
        return known != null
                && next != null
                && known.standing() != next.standing()
                && (next.standing() == Progress.Standing.RESTARTED
                        || (next.standing() == Progress.Standing.NEWCOMER
                                && !(message instanceof PeerMessage.AppendEntriesReply)));
    }

    private static String nameOf(RoleState state) {
        return state.getClass().getSimpleName();
    }
}
