package org.uitto.replicated;

/**
 * The bounds of a replica.
 *
 * @param maxUncommittedCommands how many commands may wait for their commit; more are refused as overload
 * @param maxUncommittedBytes how many bytes of events may wait for their commit; more are refused as overload
 * @param maxEventBytes the most that the events of one command may be together; more are rejected
 * @param maxAnswerBytes the most that one message of answers carries; a larger reply can't be sent to another node
 * @param snapshotAfterBytes after how many bytes of events a snapshot is taken; each replica waits up to a quarter less
 */
public record ReplicaSettings(
        int maxUncommittedCommands,
        long maxUncommittedBytes,
        int maxEventBytes,
        int maxAnswerBytes,
        long snapshotAfterBytes) {}
