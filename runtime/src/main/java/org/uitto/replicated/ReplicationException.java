package org.uitto.replicated;

/**
 * Why a command got no reply. An {@code ask} of a replicated actor fails with one of these; which one says whether the
 * command may have taken effect.
 */
public abstract sealed class ReplicationException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private ReplicationException(String message) {
        super(message, null, false, false); // Made at a distance from the cause: a stack trace would only cost.
    }

    /** The command had no effect and will have none: it may be sent again. */
    public abstract boolean isWithoutEffect();

    /** No node is known to lead the group; the command was not handled. */
    public static final class NotLeader extends ReplicationException {
        private static final long serialVersionUID = 1;

        /** @param message what was tried, and for how long */
        public NotLeader(String message) {
            super(message);
        }

        @Override
        public boolean isWithoutEffect() {
            return true;
        }
    }

    /** More commands wait than may; the command was not handled. Send less, or later. */
    public static final class Overloaded extends ReplicationException {
        private static final long serialVersionUID = 1;

        /** @param message which bound was reached, and the setting that holds it */
        public Overloaded(String message) {
            super(message);
        }

        @Override
        public boolean isWithoutEffect() {
            return true;
        }
    }

    /** The command was handled, or may have been, and its events may be committed or may yet be; nobody can tell. */
    public static final class UnknownOutcome extends ReplicationException {
        private static final long serialVersionUID = 1;

        /** @param message what was lost, and when */
        public UnknownOutcome(String message) {
            super(message);
        }

        @Override
        public boolean isWithoutEffect() {
            return false;
        }
    }

    /** The command could not be handled: its handler threw, or the command can't be carried. It had no effect. */
    public static final class Rejected extends ReplicationException {
        private static final long serialVersionUID = 1;

        /** @param message what was wrong with the command */
        public Rejected(String message) {
            super(message);
        }

        @Override
        public boolean isWithoutEffect() {
            return true;
        }
    }
}
