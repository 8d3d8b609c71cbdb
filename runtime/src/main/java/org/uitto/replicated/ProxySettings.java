package org.uitto.replicated;

import java.time.Duration;

/**
 * The bounds of a proxy.
 *
 * @param maxWaitingCommands how many commands may wait to be sent; more fail as overload
 * @param maxBatchCommands the most commands that one message carries
 * @param maxBatchBytes the most bytes of commands that one message carries, unless a single command is larger
 * @param maxCommandBytes the largest command that can be carried to another node; a larger one is rejected
 * @param maxBatchesInFlight how many messages may be under way; what comes meanwhile gathers for the next
 * @param searchInterval how often to ask for the leader while none is known or an answer is overdue
 * @param suspectAfter after how long without an answer to ask whether there is a new leader
 * @param resendAfter how long after commands were sent to the leader they are sent to it again if no answer has come; twice as
 *     long each time
 * @param giveUpAfter how long a command may take in all: then it fails, as not handled if no leader can have handled it, and
 *     else as of unknown outcome
 */
public record ProxySettings(
        int maxWaitingCommands,
        int maxBatchCommands,
        int maxBatchBytes,
        int maxCommandBytes,
        int maxBatchesInFlight,
        Duration searchInterval,
        Duration suspectAfter,
        Duration resendAfter,
        Duration giveUpAfter) {}
