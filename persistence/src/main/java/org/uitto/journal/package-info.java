/**
 * A durable Pekko Persistence journal for one machine's disk, for use with or without the rest of Uitto. {@link
 * org.uitto.journal.SegmentJournal} is the plugin; {@link org.uitto.journal.segment} is the engine it drives.
 *
 * <p>The way of a write: the persistent actor sends its events to the plugin's actor, which turns them into bytes and
 * queues them; the one writing thread takes all that is queued, puts it into one buffer, writes and fsyncs that once, and
 * hands all answers to the plugin's dispatcher at once. What arrives meanwhile is the next group: nothing waits for a
 * timer.
 *
 * <p>Replays read on their own dispatcher, beside the writer, and see what is durable. The highest sequence number is asked
 * through the writer's queue, so that an actor which restarts sees what its former self still had under way.
 */
@NullMarked
package org.uitto.journal;

import org.jspecify.annotations.NullMarked;
