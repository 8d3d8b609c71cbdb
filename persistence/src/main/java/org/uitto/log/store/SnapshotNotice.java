package org.uitto.log.store;

import org.apache.pekko.util.ByteString;
import org.uitto.log.LogPosition;
import org.uitto.log.StoredSnapshot;

/** What a {@link SnapshotStorage} tells the actor that owns the log. */
public sealed interface SnapshotNotice {
    /** A snapshot of this node's own state is durable. */
    record Saved(StoredSnapshot snapshot) implements SnapshotNotice {}

    /** A snapshot of another node is here and durable. */
    record Fetched(StoredSnapshot snapshot, ByteString bytes) implements SnapshotNotice {}

    /** The snapshot in use was read back. */
    record Loaded(StoredSnapshot snapshot, ByteString bytes) implements SnapshotNotice {}

    /**
     * The snapshot in use can't be read back.
     *
     * @param reason what failed, where, for the operator
     * @param damaged whether it is not as it was written, or a part of it is gone: so it will never be read
     */
    record Unreadable(StoredSnapshot snapshot, String reason, Throwable cause, boolean damaged)
            implements SnapshotNotice {}

    /** A snapshot of this node's own state was not saved; the one before remains, and so does the log. */
    record NotSaved(LogPosition position, String reason) implements SnapshotNotice {}
}
