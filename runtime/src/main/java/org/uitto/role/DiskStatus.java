package org.uitto.role;

/**
 * How far one node's disk is with what the node writes in one group at one moment.
 *
 * @param writesUnderWay how many writes are not yet durable; 0 if all is
 * @param underWayMillis how long the disk has finished none of them; 0 if all is durable
 * @param writeCount how many writes have become durable since the node began; each has waited for an fsync, which it may have
 *     shared with writes of other groups
 */
public record DiskStatus(long writesUnderWay, long underWayMillis, long writeCount) {
    /** Of a disk that has done nothing yet. */
    static final DiskStatus UNUSED = new DiskStatus(0, 0, 0);
}
