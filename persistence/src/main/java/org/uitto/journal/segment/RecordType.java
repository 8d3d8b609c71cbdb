package org.uitto.journal.segment;

import org.jspecify.annotations.Nullable;

/** What a record of the journal says. The code is part of the durable format and never changes its meaning. */
public enum RecordType {
    /** One atomic write: first sequence number (8 bytes), how many more follow it (4), then the events, opaque. */
    EVENTS(1, 12),
    /** Highest sequence number (8 bytes) and the one up to which all is deleted (8) of a persistence id. */
    STATE(2, 16),
    /** The persistence id, in UTF-8, that goes by a number in the rest of this segment. */
    DEFINE(3, 0),
    /** The sealed segments the journal consists of, at the start of each segment: number (8), end (4), chain (4). */
    ROSTER(4, 0),
    /** The number (8 bytes) of a segment that the journal no longer consists of. */
    REMOVED(5, 8);

    private static final RecordType[] BY_CODE = {null, EVENTS, STATE, DEFINE, ROSTER, REMOVED};

    private final byte code;
    private final int leastBodyBytes;

    RecordType(int code, int leastBodyBytes) {
        this.code = (byte) code;
        this.leastBodyBytes = leastBodyBytes;
    }

    byte code() {
        return code;
    }

    int leastBodyBytes() {
        return leastBodyBytes;
    }

    /** The type of {@code code}, or null if there is none. */
    static @Nullable RecordType of(byte code) {
        return code > 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
}
