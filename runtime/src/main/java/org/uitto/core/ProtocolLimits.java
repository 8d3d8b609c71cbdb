package org.uitto.core;

/**
 * The numbers that the rules go by.
 *
 * @param electionTimeoutMinNanos how long a follower that hears from its leader stays loyal to it (thesis §4.2.3)
 * @param electionTimeoutMaxNanos how long a leader goes on without hearing from a quorum (thesis §6.2)
 * @param resendNanos after how long without an answer a leader sends entries again
 * @param maxAppendBytes the most that one AppendEntries carries, unless a single entry is larger
 * @param maxInFlightMessages how many AppendEntries with entries may be under way to one follower
 * @param maxInFlightBytes how many bytes of entries may be under way to one follower
 * @param retainedLogBytes how many bytes of entries a log keeps although a snapshot has them, for followers that lag
 * @param leaseNanos how long after it was sent a round that a quorum has answered says that no other leads (thesis §6.4.1):
 *     the shortest election timeout, less what clocks may drift apart in it; 0 if clocks are not to be trusted at all
 */
public record ProtocolLimits(
        long electionTimeoutMinNanos,
        long electionTimeoutMaxNanos,
        long resendNanos,
        long maxAppendBytes,
        int maxInFlightMessages,
        long maxInFlightBytes,
        long retainedLogBytes,
        long leaseNanos) {}
