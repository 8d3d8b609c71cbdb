package org.uitto;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.role.GroupStatus;
import org.uitto.role.GroupStatus.Role;
import org.uitto.role.PeerStatus;

/**
 * Decides when a group that this node leads is better led elsewhere. It moves leadership towards one node that all nodes
 * agree on, and so never in circles; only to one that has long been able to take over; and the less often, the sooner it
 * comes back. Owned by one actor; not thread-safe.
 */
final class LeaderPlacement {
    private static final int MAX_DOUBLINGS = 6;

    /** What is known of one group that this node leads. */
    private static final class History {
        Optional<NodeId> candidate = Optional.empty();
        long eligibleSinceNanos;
        /** How often leadership was handed over and came back without having stayed away for long. */
        int returns;

        boolean handedOver;
        long handedOverAtNanos;
        long ledSinceTerm = -1;
    }

    /**
     * What to go by.
     *
     * @param spread whether groups without a preferred node are spread over their voters
     * @param settleAfter how long the better node must have been able to take over, without a break
     * @param heardWithinMillis how lately a node must have answered to be able to take over
     */
    record Policy(boolean spread, Duration settleAfter, long heardWithinMillis) {}

    private final Policy policy;
    private final Map<GroupId, NodeId> preferred;
    private final Map<GroupId, History> histories = new HashMap<>();

    /** @param preferred may grow meanwhile */
    LeaderPlacement(Policy policy, Map<GroupId, NodeId> preferred) {
        this.policy = policy;
        this.preferred = preferred;
    }

    /** Whether {@code group} may be better led elsewhere at all. */
    boolean concerns(GroupId group) {
        return policy.spread() || preferred.containsKey(group);
    }

    /** To whom this node had better hand over the group that {@code status} is of, now. */
    Optional<NodeId> successor(GroupStatus status, long nowNanos) {
        History history = histories.computeIfAbsent(status.group(), added -> new History());
        if (status.role() != Role.LEADER) {
            history.candidate = Optional.empty();
            return Optional.empty();
        }
        noteReturn(history, status.term(), nowNanos);
        Optional<NodeId> better = better(status);
        if (better.isEmpty() || !better.equals(history.candidate)) {
            history.candidate = better;
            history.eligibleSinceNanos = nowNanos;
        }
        boolean settled = nowNanos - history.eligibleSinceNanos >= settleNanos(history);
        if (better.isEmpty() || !settled) {
            return Optional.empty();
        }
        history.candidate = Optional.empty(); // Whatever comes of it, the next attempt waits as long again,
        history.returns += history.handedOver ? 1 : 0; // and twice as long if nothing came of the last.
        history.handedOver = true;
        history.handedOverAtNanos = nowNanos;
        return better;
    }

    private long settleNanos(History history) {
        return policy.settleAfter().toNanos() << Math.min(history.returns, MAX_DOUBLINGS);
    }

    /** Leadership that comes back soon was handed to one that can't keep it: the next attempt waits twice as long. */
    private void noteReturn(History history, long term, long nowNanos) {
        if (history.ledSinceTerm == term) {
            return;
        }
        history.ledSinceTerm = term;
        if (history.handedOver) {
            boolean soon = nowNanos - history.handedOverAtNanos < 10 * settleNanos(history);
            history.returns = soon ? history.returns + 1 : 0;
            history.handedOver = false;
        }
    }

    /** The node that should lead instead, if there is one and it could take over now. */
    private Optional<NodeId> better(GroupStatus status) {
        boolean unsettled = status.configurationIndex() > status.commitIndex()
                || status.configuration().isJoint()
                || !status.configuration().target().isEmpty()
                || status.transferTarget().isPresent();
        return unsettled
                ? Optional.empty()
                : wanted(status).filter(node -> !node.equals(status.node()) && canTakeOver(status, node));
    }

    private Optional<NodeId> wanted(GroupStatus status) {
        Optional<NodeId> named = Optional.ofNullable(preferred.get(status.group()));
        if (named.isPresent()) {
            return named;
        }
        return policy.spread()
                ? Stream.concat(
                                Stream.of(status.node()),
                                status.peers().stream().map(PeerStatus::node))
                        .filter(node -> node.equals(status.node()) || canTakeOver(status, node))
                        .max(Comparator.<NodeId>comparingLong(node -> weight(status.group(), node))
                                .thenComparing(Comparator.naturalOrder()))
                : Optional.empty();
    }

    private boolean canTakeOver(GroupStatus status, NodeId node) {
        return status.configuration().isVoter(node)
                && status.peers().stream()
                        .anyMatch(peer -> peer.node().equals(node)
                                && peer.standing() == PeerStatus.Standing.COUNTS
                                && peer.mode() == PeerStatus.Mode.REPLICATE
                                && peer.matchIndex() >= status.commitIndex()
                                && peer.heardMillisAgo() <= policy.heardWithinMillis());
    }

    /** By chance, but the same on every node: the voter of the greatest weight leads (rendezvous hashing). */
    private static long weight(GroupId group, NodeId node) {
        long hash =
                0xcbf29ce484222325L; // FNV-1a, then the finalizer of MurmurHash3: names that differ little spread well.
        String text = group + "/" + node;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
