package org.uitto.replicated;

/**
 * The bounds of a replica.
 *
 * @param maxUncommittedCommands how many commands may wait for their commit; more are refused as overload
 * @param maxUncommittedBytes how many bytes of events may wait for their commit; more are refused as overload
 * @param maxAnswerBytes the most that one message of answers carries, unless a single reply is larger
 */
public record ReplicaSettings(int maxUncommittedCommands, long maxUncommittedBytes, int maxAnswerBytes) {}
