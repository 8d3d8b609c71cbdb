package org.uitto.testkit;

/**
 * A command that a client is to send in a run.
 *
 * @param number which of the run's commands this is; 1 is the first
 * @param client which client, counted from 1
 * @param atMillis when at the earliest, on the run's clock; it waits for the client's command before it
 * @param isAfterwards whether it waits until all faults have ended, too
 */
record PlannedCommand(int number, int client, long atMillis, boolean isAfterwards) {}
