package org.uitto.testkit;

/** What is wrong with a replicated actor, in words for whoever wrote it. */
final class Finding extends AssertionError {
    private static final long serialVersionUID = 1L;

    /** Kinds of wrong. A shrunk run has to show the same kind. */
    enum Kind {
        EVENT_HANDLER_NOT_DETERMINISTIC,
        STATE_CHANGED,
        SIDE_EFFECT_BEFORE_COMMIT,
        REPLICAS_DIFFER,
        NOT_LINEARIZABLE,
        NO_ANSWER,
        NO_AGREEMENT,
        NOT_SERIALIZABLE,
        SCRIPT_FAILED,
        OTHER;

        /** Whether it may come or not with the order of what happens at about the same time. */
        boolean dependsOnOrder() {
            return this == NOT_LINEARIZABLE || this == NO_AGREEMENT || this == SCRIPT_FAILED || this == OTHER;
        }
    }

    private final Kind kind;

    Finding(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    Finding(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }

    /** The finding that ended a run. */
    static Finding in(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof Finding finding) {
                return finding;
            }
        }
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        return new Finding(Kind.OTHER, String.valueOf(cause.getMessage()), cause);
    }
}
