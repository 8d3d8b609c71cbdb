package org.uitto.log;

/** What an entry is for. The code is part of the durable format and never changes its meaning. */
public enum EntryKind {
    /** Written by a new leader so that it can commit what went before (paper §8). Changes no state. */
    NO_OP((byte) 0),
    /** A command's events and what goes with them, opaque to the log. */
    EVENTS((byte) 1),
    /** A {@link Configuration} of the group. Always alone in its {@link EntryBatch}, so that it is found at a glance. */
    CONFIGURATION((byte) 2),
    /** Begins a session, in which commands take effect once (thesis §6.3). */
    SESSION_OPENED((byte) 3);

    private final byte code;

    EntryKind(byte code) {
        this.code = code;
    }

    /** The byte that stands for this kind on disk and on the wire. */
    public byte code() {
        return code;
    }

    /** The kind of {@code code}, which came from disk or from a peer. */
    public static EntryKind of(byte code) {
        return switch (code) {
            case 0 -> NO_OP;
            case 1 -> EVENTS;
            case 2 -> CONFIGURATION;
            case 3 -> SESSION_OPENED;
            default ->
                throw new IllegalArgumentException("Unknown kind of log entry " + code
                        + ". It was written by a newer version of Uitto: update this node.");
        };
    }
}
