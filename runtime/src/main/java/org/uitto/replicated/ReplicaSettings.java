package org.uitto.replicated;

import java.time.Duration;

/**
 * The bounds of a replica.
 *
 * @param maxUncommittedCommands how many commands may wait for their commit; more are refused as overload
 * @param maxUncommittedBytes how many bytes of events may wait for their commit; more are refused as overload
 * @param maxEventBytes the most that the events of one command and its reply may be together; more are rejected
 * @param maxAnswerBytes the most that one message of answers carries; a larger reply can't be sent to another node
 * @param snapshotAfterBytes after how many bytes of events a snapshot is taken; each replica waits up to a quarter less
 * @param sessionExpiry how long after its last command the session of a proxy is forgotten
 * @param maxSessions how many sessions are kept; at least 1
 */
public record ReplicaSettings(
        int maxUncommittedCommands,
        long maxUncommittedBytes,
        int maxEventBytes,
        int maxAnswerBytes,
        long snapshotAfterBytes,
        Duration sessionExpiry,
        int maxSessions) {}
