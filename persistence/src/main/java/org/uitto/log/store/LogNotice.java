package org.uitto.log.store;

import org.uitto.log.LogPosition;
import org.uitto.log.LogWindow;
import org.uitto.log.NodeStart;
import org.uitto.log.StorageRecord;
import org.uitto.log.TermAndVote;

/** What a {@link LogStore} tells the actor that owns the log. */
public sealed interface LogNotice {
    /**
     * The first notice of a start: all that was ever made durable.
     *
     * @param log handed over: the store keeps no reference to it
     * @param start names this start, already durable
     */
    record Recovered(LogWindow log, TermAndVote saved, StorageRecord storage, NodeStart start) implements LogNotice {}

    /**
     * Every write up to a number is durable.
     *
     * @param writeNumber the number of the newest durable {@link LogStore.Write}
     * @param last the position that the durable log ends with
     * @param saved the durable term and vote
     */
    record Persisted(long writeNumber, LogPosition last, TermAndVote saved) implements LogNotice {}

    /**
     * The log can't be read or written any more; what was not reported durable may or may not be. The last notice.
     *
     * @param reason what failed, where, and what to do, for the operator
     * @param damaged whether it is this very log that is damaged, while the journal goes on with others
     */
    record LogFailed(String reason, Throwable cause, boolean damaged) implements LogNotice {}
}
