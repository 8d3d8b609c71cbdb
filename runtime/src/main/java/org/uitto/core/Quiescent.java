package org.uitto.core;

import org.uitto.log.NodeId;

/**
 * A leader of a group in which nothing happens says nothing any more: all have all of the log and know it to be committed, and
 * nobody waits for anything. Whoever asks something of it, and whatever a peer says, wakes it. Its followers run no election timer
 * meanwhile; each node tells the others, for all such groups at once, that it leads them still, and wakes its own part of a group of
 * which the other side is not heard in time.
 *
 * <p>Not in the paper, where a leader sends heartbeats for ever. The heartbeats of a thousand groups are most of what their nodes do.
 * A quiescent leader confirms nothing and grants itself nothing: it has to wake, and to hear from a quorum, before it answers a read or
 * commits an entry. So nothing but the time that an election takes depends on it.
 *
 * @param lastIndex the end of the log
 */
public record Quiescent(NodeId leader, long term, long lastIndex) {}
