package org.uitto.core;

/**
 * Something that Raft makes impossible was seen: a bug, or a disk or a message that lies. The node must take no further
 * part in the group; going on could only spread the damage.
 */
public final class InvariantViolation extends IllegalStateException {
    private static final long serialVersionUID = 1;

    /** @param message what was seen, where, and which invariant it breaks */
    public InvariantViolation(String message) {
        super(message);
    }
}
