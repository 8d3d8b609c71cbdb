package org.uitto.journal.segment;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one persistence id. Written by the store's one writer, read by replays; synchronized on itself where
 * both meet.
 */
final class EventStream {
    final String persistenceId;

    /** Durable. The last sequence number ever stored; never decreases. */
    private long highest;
    /** Durable. All up to here is deleted; {@code 0 <= deletedTo <= highest}, never decreases. */
    private long deletedTo;
    /** The runs with live events, one a segment. Their ranges may overlap where events were copied. */
    private final List<Run> runs = new ArrayList<>(1);

    /** Writer only. {@code highest} with what is staged and not yet synced. */
    long stagedHighest;
    /** Writer only. {@code deletedTo} with what is staged and not yet synced. */
    long stagedDeletedTo;
    /** Writer only. The first sequence number of a refused write; what follows it is refused too. 0 if none. */
    long refusedFrom;
    /** Writer only. The run in the segment that is written to, or null. */
    @Nullable
    Run activeRun;
    /** Writer only. The run that holds the STATE record in force; null as long as nothing was deleted. */
    @Nullable
    Run stateRun;

    EventStream(String persistenceId) {
        this.persistenceId = persistenceId;
    }

    synchronized long highest() {
        return highest;
    }

    synchronized long deletedTo() {
        return deletedTo;
    }

    /** Takes in what a record says; in any order, for both only grow. */
    synchronized void raise(long highestAtLeast, long deletedToAtLeast) {
        highest = Math.max(highest, highestAtLeast);
        deletedTo = Math.max(deletedTo, deletedToAtLeast);
        stagedHighest = Math.max(stagedHighest, highest);
        stagedDeletedTo = Math.max(stagedDeletedTo, deletedTo);
    }

    /** A synced record becomes visible. */
    synchronized void add(Run run, long first, long last, int offset, int length) {
        // Only the segment that is written to gets records, so its run is the last if it is there at all.
        if (runs.isEmpty() || runs.get(runs.size() - 1) != run) {
            runs.add(run);
        }
        run.add(first, last, offset, length);
        raise(last, 0);
    }

    /** A run that an index describes becomes visible. */
    synchronized void adopt(Run run) {
        if (run.records > 0) {
            runs.add(run);
            raise(run.lastSequenceNr, 0);
        }
        raise(run.stateHighest, run.stateDeletedTo);
    }

    /** The events of the run are deleted, or copied elsewhere. */
    synchronized void drop(Run run) {
        runs.remove(run);
    }

    /** The runs with live events, oldest segment first. */
    synchronized List<Run> liveRuns() {
        return List.copyOf(runs);
    }

    /** Forgets the runs of which all is deleted. */
    synchronized void dropDeadRuns() {
        runs.removeIf(run -> !run.isLive(deletedTo));
    }

    /** The table of the run has become durable as {@code block}. */
    synchronized void tableIsDurable(Run run, Run.Block block, int records) {
        run.records = records;
        run.block = block;
        run.table = null;
    }

    /** Where in the index the table of the run is; null if it is in no index. */
    synchronized Run.@Nullable Block block(Run run) {
        return run.block;
    }

    /** The table of the run as far as it is in memory, within the bounds; null if it is in the index. */
    synchronized @Nullable RecordTable tablePart(Run run, long from, long to) {
        return run.table == null ? null : run.table.part(from, to);
    }
}
