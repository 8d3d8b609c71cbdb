package org.uitto.testkit;

/**
 * A fault that is to strike in a run.
 *
 * @param number which of the run's faults this is; 1 is the first
 * @param atMillis when, on the run's clock
 * @param node which node, counted from 0; {@link #LEADER} for whichever leads by then
 * @param other a further node, where the kind needs one
 * @param lastingMillis how long until it ends
 * @param extra what else the kind needs, from 0 to 999
 */
record PlannedFault(int number, Faults.Kind kind, long atMillis, int node, int other, long lastingMillis, int extra) {
    static final int LEADER = -1;
}
