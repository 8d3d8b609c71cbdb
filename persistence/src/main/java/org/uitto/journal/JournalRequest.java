package org.uitto.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.uitto.journal.segment.EventWrite;
import org.uitto.journal.segment.JournalException;
import org.uitto.journal.segment.RecordTooLargeException;
import org.uitto.journal.segment.SegmentStore;
import scala.concurrent.Promise;

/** What the journal's writer is asked for. */
sealed interface JournalRequest {
    /** Stages it, and returns what gives the answer once all that is staged is durable. */
    Runnable stage(SegmentStore store);

    /** Answers that it was not done, or that it is unknown whether it was. */
    void fail(Throwable cause);

    /** An atomic write that goes to disk, or the reason why it cannot. */
    sealed interface Prepared {}

    /** An atomic write as bytes. */
    record Accepted(EventWrite write) implements Prepared {}

    /** One that could not be made bytes of. */
    record Rejected(Exception reason) implements Prepared {}

    /** The atomic writes of one actor. */
    record Write(List<Prepared> writes, Promise<Iterable<Optional<Exception>>> promise) implements JournalRequest {
        @Override
        public Runnable stage(SegmentStore store) {
            boolean isAnyRejected = false;
            List<Optional<Exception>> results = new ArrayList<>(writes.size());
            for (Prepared prepared : writes) {
                Optional<? extends Exception> refused = prepared instanceof Accepted accepted
                        ? store.append(accepted.write())
                        : Optional.of(((Rejected) prepared).reason());
                if (refused.isPresent() && isFailure(refused.get())) {
                    return () -> fail(refused.get());
                }
                isAnyRejected |= refused.isPresent();
                results.add(refused.map(reason -> reason));
            }
            // No results at all stand for nothing but success.
            List<Optional<Exception>> answer = isAnyRejected ? results : List.of();
            return () -> promise.success(answer);
        }

        /** Whether the actor must stop, as opposed to go on without this one write. */
        private static boolean isFailure(Exception refused) {
            return refused instanceof JournalException && !(refused instanceof RecordTooLargeException);
        }

        @Override
        public void fail(Throwable cause) {
            promise.failure(cause);
        }
    }

    /** The deletion of events up to a sequence number, inclusive. */
    record Delete(String persistenceId, long toSequenceNr, Promise<Void> promise) implements JournalRequest {
        @Override
        @SuppressWarnings("NullAway") // The one value of Void is null.
        public Runnable stage(SegmentStore store) {
            Optional<JournalException> refused = store.delete(persistenceId, toSequenceNr);
            return refused.<Runnable>map(reason -> () -> fail(reason)).orElse(() -> promise.success(null));
        }

        @Override
        public void fail(Throwable cause) {
            promise.failure(cause);
        }
    }

    /**
     * The highest sequence number, asked through the queue so that writes of an actor's former life which are still
     * under way are counted.
     */
    record ReadHighest(String persistenceId, Promise<Long> promise) implements JournalRequest {
        @Override
        public Runnable stage(SegmentStore store) {
            return () -> {
                try {
                    promise.success(store.highestSequenceNr(persistenceId));
                } catch (JournalException e) {
                    fail(e);
                }
            };
        }

        @Override
        public void fail(Throwable cause) {
            promise.failure(cause);
        }
    }
}
