package org.uitto.role;

import java.time.Duration;
import org.uitto.core.ProtocolLimits;

/**
 * How a node takes part in its groups.
 *
 * @param heartbeatInterval how often a leader shows that it is alive
 * @param electionTimeoutMin the shortest time without a leader after which a follower asks to be elected
 * @param electionTimeoutMax the longest; each timeout is drawn between the two
 * @param resendInterval after how long without an answer a leader sends entries again
 * @param maxAppendBytes the most that one message carries in entries, unless a single entry is larger
 * @param maxInFlightMessages how many messages with entries may be under way to one follower
 * @param maxInFlightBytes how many bytes of entries may be under way to one follower
 * @param retainedLogBytes how many bytes of entries a log keeps although a snapshot has them
 * @param lease see {@link ProtocolLimits#leaseNanos()}
 * @param snapshotPartBytes the size of the parts in which snapshots are stored
 * @param snapshotChunkBytes the most bytes of a snapshot in one message
 * @param quiesceAfter after how long in which nothing has happened a group becomes quiescent; never if zero
 */
public record RaftSettings(
        Duration heartbeatInterval,
        Duration electionTimeoutMin,
        Duration electionTimeoutMax,
        Duration resendInterval,
        long maxAppendBytes,
        int maxInFlightMessages,
        long maxInFlightBytes,
        long retainedLogBytes,
        Duration lease,
        int snapshotPartBytes,
        int snapshotChunkBytes,
        Duration quiesceAfter) {
    /** Settings without leases, for groups that never become quiescent. */
    public RaftSettings(
            Duration heartbeatInterval,
            Duration electionTimeoutMin,
            Duration electionTimeoutMax,
            Duration resendInterval,
            long maxAppendBytes,
            int maxInFlightMessages,
            long maxInFlightBytes,
            long retainedLogBytes,
            int snapshotPartBytes,
            int snapshotChunkBytes) {
        this(
                heartbeatInterval,
                electionTimeoutMin,
                electionTimeoutMax,
                resendInterval,
                maxAppendBytes,
                maxInFlightMessages,
                maxInFlightBytes,
                retainedLogBytes,
                Duration.ZERO,
                snapshotPartBytes,
                snapshotChunkBytes,
                Duration.ZERO);
    }

    /** The part of the settings that the rules go by. */
    ProtocolLimits limits() {
        return new ProtocolLimits(
                electionTimeoutMin.toNanos(),
                electionTimeoutMax.toNanos(),
                resendInterval.toNanos(),
                maxAppendBytes,
                maxInFlightMessages,
                maxInFlightBytes,
                retainedLogBytes,
                lease.toNanos());
    }

    /** The same with another lease. */
    public RaftSettings withLease(Duration newLease) {
        return with(newLease, quiesceAfter);
    }

    /** The same, but for when groups become quiescent. */
    public RaftSettings withQuiesceAfter(Duration newQuiesceAfter) {
        return with(lease, newQuiesceAfter);
    }

    private RaftSettings with(Duration newLease, Duration newQuiesceAfter) {
        return new RaftSettings(
                heartbeatInterval,
                electionTimeoutMin,
                electionTimeoutMax,
                resendInterval,
                maxAppendBytes,
                maxInFlightMessages,
                maxInFlightBytes,
                retainedLogBytes,
                newLease,
                snapshotPartBytes,
                snapshotChunkBytes,
                newQuiesceAfter);
    }
}
