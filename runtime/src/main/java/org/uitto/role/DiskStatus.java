package org.uitto.role;

/**
 * How far one node's disk is with what the node writes in one group at one moment.
 *
 * @param writesUnderWay how many writes are not yet durable; 0 if all is
 * @param underWayMillis how long the disk has finished none of them; 0 if all is durable
 */
public record DiskStatus(long writesUnderWay, long underWayMillis) {
    /** Of a disk that has nothing to do. */
    static final DiskStatus IDLE = new DiskStatus(0, 0);
}
