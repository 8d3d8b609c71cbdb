/**
 * The engine of the journal: events of many persistence ids in the segment files of one directory. Plain Java, without a
 * clock, chance or threads of its own; the disk is behind {@link org.uitto.journal.segment.Directory}, and what needs no
 * waiting for goes to an executor that is given. {@link org.uitto.journal.segment.SegmentStore} is the door.
 *
 * <h2>Files</h2>
 *
 * <ul>
 *   <li>{@code 0000000000000001.segment} and so on: a header, then records, then zeros. Preallocated at full size and never
 *       resized. One is written to, the next is made ahead of need, the others are sealed and never change.
 *   <li>{@code 0000000000000001.index}: what a sealed segment holds. Only a shortcut.
 *   <li>{@code synced}: how far the journal was once synced. Only evidence.
 *   <li>{@code identity}: id, owner and format version of the journal.
 *   <li>{@code lock}: held by the process that has the journal open.
 * </ul>
 *
 * <h2>Records</h2>
 *
 * An atomic write is one record, so one checksum makes it all or nothing. Every checksum covers the checksum before it, the
 * segment's number and the record's offset: a record that is stale, misplaced or another file's is not valid where it is.
 * A header continues the last checksum of the segment before, and the first record of each segment is the roster: which
 * sealed segments there are, where each ends and with which checksum. So a segment that is missing, cut off, or replaced by
 * an older copy of itself is found when the journal is opened.
 *
 * <p>A group is written with one write and made durable with one fsync before anything of it is visible or the next group
 * is begun. Each record says at which offset its group begins, which is to say: all before had been synced.
 *
 * <h2>A torn tail, or damage?</h2>
 *
 * The scan of the last segment stops at the first place that holds no whole record. Behind it there should be zeros. If
 * there is anything else, then either the last group was on its way to the disk when the machine stopped, and was never
 * acknowledged; or acknowledged bytes have changed. The disk may have kept any part of that last group, in any order, so
 * whole records behind the gap prove nothing by themselves. What proves damage is one of these:
 *
 * <ol>
 *   <li>a whole record behind the gap that says it was written when more than all up to the gap had been synced: it is of a
 *       later group;
 *   <li>the {@code synced} mark, written after each fsync, that lies behind the gap, or names a record that is not there;
 *   <li>a later segment with a whole header, since a segment is begun only when the one before is synced;
 *   <li>a file that is shorter than its header says: nothing ever shortens one.
 * </ol>
 *
 * With proof, the journal is not opened and nothing is changed: {@link
 * org.uitto.journal.segment.JournalDamagedException} says where and, as far as it can be told, whose events. Without, the
 * tail is cut: reported, and overwritten with zeros that are synced before anything is served, so that what was found
 * absent stays absent. And what was found present is written and synced once more first, so that it stays present: after a
 * failed fsync the system may believe pages to be on disk that are not.
 *
 * <p>The one case that stays in doubt: after a loss of power, the mark on disk may be older than the last groups. If just
 * the very last of them is then damaged as well, it looks torn. An earlier one does not, by the first proof.
 *
 * <h2>Sealed segments</h2>
 *
 * are not read when a journal is opened, only their ends and the summaries in their indexes. Their records are verified
 * whenever they are read, and damage then fails that replay, with the place, persistence id and sequence number. An index
 * that is missing or damaged is made again from its segment.
 *
 * <h2>Deletion</h2>
 *
 * is a record too: up to which sequence number all is deleted, and which was the highest. It is copied forward before its
 * segment goes, so both are kept for ever. Segments without live events are removed, in any order, by a record that says
 * so before the file goes. When more than half of the sealed bytes are dead, the segment with the least live ones is copied
 * forward, a little with each group. So the files take at most twice the live bytes and
 * four segments, besides the one written to and the one made ahead, and no laggard pins
 * more than its own events.
 *
 * <h2>Memory</h2>
 *
 * Some 400 bytes for each persistence id ever used, more for each segment that holds live events of it, 24 for each
 * record in the segment that is written to. Never the events themselves. A replay holds the table of one run and 256 KiB,
 * or one record if that is larger.
 */
@NullMarked
package org.uitto.journal.segment;

import org.jspecify.annotations.NullMarked;
