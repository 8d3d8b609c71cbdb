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
 */
public record ProtocolLimits(
        long electionTimeoutMinNanos,
        long electionTimeoutMaxNanos,
        long resendNanos,
        long maxAppendBytes,
        int maxInFlightMessages,
        long maxInFlightBytes,
        long retainedLogBytes) {}
