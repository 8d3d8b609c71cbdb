package org.uitto.role;

import java.util.Optional;
import org.uitto.log.LogPosition;
import org.uitto.log.LogWindow;
import org.uitto.log.StoredSnapshot;

/**
 * How far one node's log of one group reaches at one moment.
 *
 * @param base the position before the first entry that it holds; all up to there is in the snapshot
 * @param last the position of its last entry, durable or not
 * @param commitIndex the last index that the node knows to be committed
 * @param durableIndex the last index up to which the log is on its disk
 * @param snapshot the last position that its snapshot includes; empty if it has none
 * @param snapshotBytes the size of that snapshot; 0 if it has none
 * @param lengthBytes the size of the entries that it holds, headers included
 */
public record LogStatus(
        LogPosition base,
        LogPosition last,
        long commitIndex,
        long durableIndex,
        Optional<LogPosition> snapshot,
        long snapshotBytes,
        long lengthBytes) {
    /** Of a log of which nothing is known. */
    static final LogStatus UNKNOWN = new LogStatus(LogPosition.ZERO, LogPosition.ZERO, 0, 0, Optional.empty(), 0, 0);

    static LogStatus of(LogWindow log, long commitIndex, long durableIndex) {
        return new LogStatus(
                log.base(),
                log.last(),
                commitIndex,
                durableIndex,
                log.snapshot().map(StoredSnapshot::position),
                log.snapshot().map(kept -> (long) kept.info().lengthBytes()).orElse(0L),
                log.lengthBytes());
    }

    /** The index of the first entry that it holds, or would hold if it had one. */
    public long firstIndex() {
        return base.index() + 1;
    }
}
