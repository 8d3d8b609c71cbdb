package org.uitto.core;

import java.util.Optional;
import java.util.Set;
import org.uitto.log.Configuration;
import org.uitto.log.LogView;
import org.uitto.log.NodeId;
import org.uitto.log.NodeStart;
import org.uitto.log.StorageId;

/**
 * What the rules may look at beside the role's own state.
 *
 * @param self the node that decides
 * @param initial who takes part as long as the log does not say
 * @param log this node's log
 * @param storages on which storages the nodes are
 * @param limits the numbers to go by
 * @param startedAtNanos when this node has started, on its monotonic clock
 */
public record NodeView(
        NodeId self,
        Configuration initial,
        LogView log,
        StorageView storages,
        ProtocolLimits limits,
        long startedAtNanos) {
    /** Who takes part: the newest configuration in the log, committed or not (paper §6). */
    public Configuration configuration() {
        return log.configurationAt(Long.MAX_VALUE).orElse(initial);
    }

    /** Whether this node may be elected, by the configuration that it knows of. */
    boolean isVoter() {
        return configuration().isVoter(self);
    }

    /**
     * Whether this node was a voter until the newest configuration, which is not known to be committed. It may be the only one that
     * has it: then nobody whom it would vote for can be elected, and it has to lead until it is committed (thesis §4.2.2).
     */
    boolean wasVoterBefore(long commitIndex) {
        long newest = log.configurationIndex();
        return newest > commitIndex
                && log.configurationAt(newest - 1).orElse(initial).isVoter(self);
    }

    /**
     * Whether this node is on the way to become a voter. Its log may be longer than that of every voter that is left, one of which
     * goes by the next configuration and needs its vote: then nobody else can be elected (votes are for whoever asks, member or
     * not, thesis §4.2.2). It leads until another can.
     */
    boolean isBecomingVoter() {
        return configuration().target().contains(self);
    }

    /** Whether this node is a quorum by itself. */
    boolean isQuorumAlone() {
        return configuration().isQuorum(Set.of(self));
    }

    /** Whether what {@code peer} says comes from the storage that the configuration names, if it names one. */
    boolean isOnItsStorage(NodeId peer) {
        Optional<StorageId> counts = configuration().storageOf(peer);
        return counts.isEmpty() || counts.equals(storages.latestStart(peer).map(NodeStart::storage));
    }
}
