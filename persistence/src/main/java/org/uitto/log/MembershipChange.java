package org.uitto.log;

import java.util.Collections;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is to become different about who takes part in a group: any number of nodes at once (paper §6).
 *
 * @param voters who are to be voters: new nodes, which learn the log first, or learners that are to be promoted
 * @param learners new nodes that are to get the log and decide nothing
 * @param removed who are to leave
 * @param forced whether it is to be tried although those who are to decide can't be reached just now
 */
public record MembershipChange(
        SortedMap<NodeId, Member> voters,
        SortedMap<NodeId, Member> learners,
        SortedSet<NodeId> removed,
        boolean forced) {
    /** Changes nothing; to begin with. */
    public static final MembershipChange NONE =
            new MembershipChange(new TreeMap<>(), new TreeMap<>(), new TreeSet<>(), false);

    public MembershipChange {
        voters = Collections.unmodifiableSortedMap(new TreeMap<>(voters));
        learners = Collections.unmodifiableSortedMap(new TreeMap<>(learners));
        removed = Collections.unmodifiableSortedSet(new TreeSet<>(removed));
    }

    /** As well, {@code node} becomes a voter. */
    public MembershipChange adding(NodeId node, Member member) {
        return new MembershipChange(with(voters, node, member), learners, removed, forced);
    }

    /** As well, {@code node}, which is a learner, becomes a voter. */
    public MembershipChange promoting(NodeId node) {
        return adding(node, Member.UNKNOWN);
    }

    /** As well, {@code node} becomes a learner. */
    public MembershipChange addingLearner(NodeId node, Member member) {
        return new MembershipChange(voters, with(learners, node, member), removed, forced);
    }

    /** As well, {@code node} leaves. */
    public MembershipChange removing(NodeId node) {
        SortedSet<NodeId> more = new TreeSet<>(removed);
        more.add(node);
        return new MembershipChange(voters, learners, more, forced);
    }

    /** As well, {@code node} becomes a voter, and {@code leaving} leaves. */
    public MembershipChange replacing(NodeId leaving, NodeId node, Member member) {
        return removing(leaving).adding(node, member);
    }

    /** The same, whether or not those who are to decide can be reached just now. */
    public MembershipChange byForce() {
        return new MembershipChange(voters, learners, removed, true);
    }

    /** Whether all is so in {@code present}, and nothing is under way to something else. */
    public boolean isFulfilledBy(Configuration present) {
        return !present.isJoint()
                && present.target().isEmpty()
                && present.voters().containsAll(voters.keySet())
                && present.members().keySet().containsAll(learners.keySet())
                && removed.stream().noneMatch(present::isMember);
    }

    /** Whether {@code present} is on the way to where all is so. */
    public boolean isUnderWayIn(Configuration present) {
        Set<NodeId> coming = present.isJoint() ? present.voters() : present.target();
        return !coming.isEmpty()
                && coming.containsAll(voters.keySet())
                && removed.stream().noneMatch(coming::contains);
    }

    private static SortedMap<NodeId, Member> with(Map<NodeId, Member> known, NodeId node, Member member) {
        SortedMap<NodeId, Member> more = new TreeMap<>(known);
        more.put(node, member);
        return more;
    }

    /** The voters that {@code present} leads to by this, also if it is on the way to others already. */
    public SortedSet<NodeId> votersAfter(Configuration present) {
        SortedSet<NodeId> after = new TreeSet<>(present.target().isEmpty() ? present.voters() : present.target());
        after.addAll(voters.keySet());
        after.removeAll(removed);
        return after;
    }

    /** The first configuration on the way from {@code present}, which is not joint; {@link #votersAfter} must not be empty. */
    public Configuration begunFrom(Configuration present) {
        SortedSet<NodeId> after = votersAfter(present);
        Set<NodeId> leaving = new TreeSet<>(removed);
        leaving.removeAll(present.voters()); // They are needed until the end.
        return present.withLearners(voters)
                .withLearners(learners)
                .towards(after.equals(present.voters()) ? Set.of() : after)
                .withoutLearners(leaving);
    }
}
