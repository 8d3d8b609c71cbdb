package org.uitto.role;

import java.util.concurrent.TimeUnit;
import org.uitto.log.LogMutation;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.LogDiscarded;
import org.uitto.log.LogMutation.SnapshotInstalled;
import org.uitto.log.LogPosition;
import org.uitto.log.LogView;
import org.uitto.log.store.LogNotice.Persisted;

/** How far the disk has come with what one node writes in one group. Owned by one actor; not thread-safe. */
final class DiskProgress {
    private long lastWrite;
    private long durableWrite;
    private long durableIndex;
    private long writeCount;

    /** When the disk last finished a write or had none to do. */
    private long sinceNanos;

    /** Of a log that was just read from disk and ends with {@code last}. */
    DiskProgress(LogPosition last) {
        this.durableIndex = last.index();
    }

    /** {@code mutation} is about to be done to the log in memory: the disk does not have what it puts in place. */
    void replacedBy(LogMutation mutation) {
        if (mutation instanceof EntriesAppended appended) {
            durableIndex = Math.min(durableIndex, appended.prev().index());
        } else if (mutation instanceof SnapshotInstalled || mutation instanceof LogDiscarded) {
            durableIndex = 0;
        }
    }

    /** The write of this number was begun. */
    void begun(long writeNumber, long nowNanos) {
        if (durableWrite == lastWrite) {
            sinceNanos = nowNanos;
        }
        lastWrite = writeNumber;
    }

    /** A write, and all before it, is durable; {@code log} is the one in memory, which may have been changed since. */
    void finished(Persisted persisted, LogView log, long nowNanos) {
        durableWrite = Math.max(durableWrite, persisted.writeNumber());
        sinceNanos = nowNanos;
        writeCount++;
        if (log.contains(persisted.last())) {
            durableIndex = Math.max(durableIndex, persisted.last().index());
        }
    }

    long durableIndex() {
        return durableIndex;
    }

    DiskStatus status(long nowNanos) {
        long underWay = lastWrite - durableWrite;
        return new DiskStatus(
                underWay, underWay == 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(nowNanos - sinceNanos), writeCount);
    }
}
