package org.uitto.replicated;

import java.util.Set;

/**
 * What is to be once the whole log is committed.
 *
 * @param state the state then
 * @param commands those that are in the log and not committed yet
 * @param sessions those that begin in what is not committed yet
 * @param timeMillis the group's time then
 */
record Ahead<State>(State state, Set<CommandKey> commands, Set<Long> sessions, long timeMillis) {
    Ahead {
        commands = Set.copyOf(commands);
        sessions = Set.copyOf(sessions);
    }
}
