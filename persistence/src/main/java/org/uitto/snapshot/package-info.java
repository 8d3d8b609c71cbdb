/**
 * A durable Pekko Persistence snapshot store for one machine's disk, for use with or without the rest of Uitto. {@link
 * org.uitto.snapshot.FileSnapshotStore} is the plugin; {@code SnapshotFiles} is the engine it drives, over {@code Folder}.
 *
 * <h2>Files</h2>
 *
 * <ul>
 *   <li>{@code *.snapshot}: one snapshot each; the layout is documented at {@code SnapshotFormat}, the name at {@code
 *       FileNames}.
 *   <li>{@code *.writing}: a file that is being written. Those that a crash leaves are removed at the next start.
 *   <li>{@code identity}: id, owner and format version of the store.
 *   <li>{@code lock}: held by the process that has the store open.
 * </ul>
 *
 * <h2>Saving</h2>
 *
 * A snapshot is written aside, forced, renamed, and the folder forced. Only then is it answered as saved and preferred to
 * older ones, and only then are others of the same sequence number removed. If any of this fails, the save fails, its file
 * is removed, and what was there is as it was. Nothing is tried again: a new save writes a new file.
 *
 * <h2>Loading</h2>
 *
 * The newest snapshot that is wanted is read whole and verified: that no byte changed, none is missing and none more, and
 * that it is this store's, this persistence id's, and the one that its name says. If not, it is skipped with a warning,
 * and an older one is used. If there are snapshots and none of those wanted is sound, loading fails: an empty answer would
 * have Pekko replay events that may be deleted. A file of a newer format is not skipped: loading fails. Nor is one that is
 * sound and cannot be made an object of, for then it is the class or serializer that is amiss.
 *
 * <h2>Memory</h2>
 *
 * The names of all snapshots, some 300 bytes for a persistence id and 100 for a snapshot. A snapshot is on the heap once as
 * bytes while it is saved or loaded, as many as the {@code io-dispatcher} has threads at a time.
 */
@NullMarked
package org.uitto.snapshot;

import org.jspecify.annotations.NullMarked;
