package org.uitto.samples.cluster;

import org.uitto.replicated.ReplicationException;

/** What the commands of this jar return to the shell. */
public final class ExitCode {
    /** It is done. */
    public static final int OK = 0;
    /** It failed, or what was to be shown was not so, or the journal is damaged. */
    public static final int FAILED = 1;
    /** The command line is wrong. */
    public static final int USAGE = 2;
    /** The settings, the port or the data folder were refused; nothing was started or changed. */
    public static final int REFUSED = 3;
    /** No leader took the command; it had no effect. */
    public static final int NO_LEADER = 4;
    /** Too many commands wait; this one had no effect. */
    public static final int OVERLOADED = 5;
    /** Nobody can tell whether the command took effect. */
    public static final int UNKNOWN = 6;

    private ExitCode() {}

    /** How to tell a shell of {@code failure}. */
    public static int of(ReplicationException failure) {
        if (failure instanceof ReplicationException.NotLeader) {
            return NO_LEADER;
        } else if (failure instanceof ReplicationException.Overloaded) {
            return OVERLOADED;
        }
        return failure instanceof ReplicationException.UnknownOutcome ? UNKNOWN : FAILED;
    }
}
