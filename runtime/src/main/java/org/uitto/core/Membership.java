package org.uitto.core;

import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.uitto.core.RoleState.Leader;
import org.uitto.log.Configuration;
import org.uitto.log.Member;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.log.NodeStart;
import org.uitto.log.StorageId;

/**
 * Who takes part in a group, and what is to become of that, as its leader sees it (paper §6).
 *
 * <p>A change of the voters goes from configuration to configuration: first the voters to be are named, and those who are new
 * learn the log; once they have, both the old and the new majority decide; then the new alone. Each step is an entry of the
 * log, so whoever leads goes on from there.
 *
 * @param node what the leader may look at
 * @param leader what it knows
 * @param nowNanos on its monotonic clock
 */
public record Membership(NodeView node, Leader leader, long nowNanos) {
    /**
     * Why a change of members is not begun.
     *
     * @param passes whether the same may be begun a moment later
     * @param reason in words for the operator
     */
    public record Refusal(boolean passes, String reason) {}

    /** Whether what {@code peer} has and answers counts. */
    boolean counts(NodeId peer, Progress progress) {
        return progress.counts() && node.isOnItsStorage(peer);
    }

    /** The leader, and those whose word counts and who have answered within the longest election timeout. */
    Set<NodeId> answering() {
        Set<NodeId> answering = new TreeSet<>(Set.of(node.self()));
        leader.progress().forEach((peer, progress) -> {
            if (!isSilent(progress) && counts(peer, progress)) {
                answering.add(peer);
            }
        });
        return answering;
    }

    private boolean isSilent(Progress progress) {
        return nowNanos - progress.heardAtNanos() >= node.limits().electionTimeoutMaxNanos();
    }

    /**
     * Whether the log may take another configuration: one at a time, and none before an entry of this term is committed, lest
     * two majorities without a common node decide (paper §6; Ongaro's correction of 2015).
     */
    private boolean mayReconfigure() {
        return isSettled() && leader.commitIndex() >= leader.noOpIndex();
    }

    private boolean isSettled() {
        return node.log().configurationIndex() <= leader.commitIndex();
    }

    /** Why {@code change} can't be begun now; empty if it can. */
    public Optional<Refusal> refusalOf(MembershipChange change) {
        Configuration present = node.configuration();
        SortedSet<NodeId> unknown = new TreeSet<>(change.removed());
        change.voters().forEach((voter, member) -> {
            if (member.equals(Member.UNKNOWN)) {
                unknown.add(voter);
            }
        });
        unknown.removeIf(present::isMember);
        SortedSet<NodeId> after = change.votersAfter(present);
        Set<NodeId> within = within(change);
        if (!unknown.isEmpty()) {
            return Optional.of(
                    new Refusal(false, unknown + " are no members of the group, which has " + present + "."));
        } else if (after.isEmpty()) {
            return Optional.of(new Refusal(false, "Nobody would be left to decide. A group needs at least one voter."));
        } else if (present.isJoint() || !mayReconfigure() || leader.transfer().isPresent()) {
            return Optional.of(new Refusal(
                    true, "Another change of members, or of the leader, is under way. Try again in a moment."));
        } else if (!change.forced() && !Configuration.isMajority(after, within)) {
            return Optional.of(new Refusal(
                    false,
                    "The voters would be " + after + ". Of them only " + intersection(after, within)
                            + " can be reached, and that is no majority: nothing could be committed any more. Bring the"
                            + " others up first, or have them leave in the same change."));
        }
        return Optional.empty();
    }

    /** Who can be reached, and those who are yet to come: they are waited for in any case. */
    private Set<NodeId> within(MembershipChange change) {
        Set<NodeId> within = answering();
        change.voters().keySet().stream()
                .filter(voter -> !node.configuration().isVoter(voter))
                .forEach(within::add);
        return within;
    }

    private static SortedSet<NodeId> intersection(Set<NodeId> some, Set<NodeId> others) {
        return some.stream().filter(others::contains).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The voters that there are to be after {@code change}. */
    public SortedSet<NodeId> votersAfter(MembershipChange change) {
        return change.votersAfter(node.configuration());
    }

    /** The configuration with which {@code change} begins; empty if it can't, or if all is as it is to be. */
    Optional<Configuration> begun(MembershipChange change) {
        return refusalOf(change).isPresent()
                ? Optional.empty()
                : Optional.of(change.begunFrom(node.configuration()))
                        .filter(next -> !next.equals(node.configuration()));
    }

    /** The next configuration on the way to one that is under way, if it is time for it. */
    Optional<Configuration> nextStep() {
        Configuration present = node.configuration();
        boolean isUnderWay = present.isJoint() || !present.target().isEmpty();
        if (!isUnderWay || !mayReconfigure() || leader.transfer().isPresent()) {
            return Optional.empty();
        }
        if (present.isJoint()) {
            return Optional.of(present.afterJoint());
        }
        return unnamed(present)
                .flatMap(this::admitting)
                .or(() -> Optional.of(present.jointWith(present.target())).filter(joint -> areReady(present)));
    }

    /** One of those who are coming that was here before, on a storage that the configuration does not name any more. */
    private Optional<NodeId> unnamed(Configuration present) {
        return present.target().stream()
                .filter(voter ->
                        !present.isVoter(voter) && present.storageOf(voter).isEmpty())
                .filter(answering()::contains)
                .findFirst();
    }

    /** Whether those who are to decide have what they need for it, and are enough to do so. */
    private boolean areReady(Configuration present) {
        Set<NodeId> ready = answering();
        ready.removeIf(peer -> !present.voters().contains(peer) && !hasCaughtUp(peer));
        Set<NodeId> coming = new TreeSet<>(present.target());
        coming.removeAll(present.voters());
        return ready.containsAll(coming) && Configuration.isMajority(present.target(), ready);
    }

    /** Whether a learner has been sent all that is committed, and its storage is one that counts from now on. */
    private boolean hasCaughtUp(NodeId learner) {
        Progress progress = leader.progress().get(learner);
        return progress != null
                && progress.mode() == Progress.Mode.REPLICATE
                && progress.nextIndex() > leader.commitIndex()
                && node.configuration().storageOf(learner).isPresent();
    }

    /**
     * The configuration that takes in the storage which {@code newcomer} has shown, instead of the one that counted before, if
     * any did. The newcomer, which has shown it in this very term, does not help to commit that, and counts once it knows that
     * it is committed. Empty if there is nothing to take in, or it can't be now.
     */
    Optional<Configuration> admitting(NodeId newcomer) {
        Configuration present = node.configuration();
        Optional<StorageId> shown = node.storages().latestStart(newcomer).map(NodeStart::storage);
        boolean isNews = present.isMember(newcomer) && !shown.equals(present.storageOf(newcomer));
        return shown.filter(storage -> isNews && mayReconfigure()).map(storage -> present.with(newcomer, storage));
    }

    /** Whether {@code peer}, which is still sent the log, is no member any more, and knows so or can't be told. */
    boolean hasLeft(NodeId peer) {
        Progress progress = leader.progress().get(peer);
        return progress != null
                && !node.configuration().isMember(peer)
                && isSettled()
                && (progress.matchIndex() >= node.log().configurationIndex() || isSilent(progress));
    }

    /** Whether this node leads a group whose other members decide without it, and is to make way. */
    boolean isLeaving() {
        return !node.isVoter() && isSettled();
    }
}
