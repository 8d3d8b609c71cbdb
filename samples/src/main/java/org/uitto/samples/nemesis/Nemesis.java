package org.uitto.samples.nemesis;

import java.util.Locale;
import java.util.Set;

/** A kind of fault that can be asked for. */
public enum Nemesis {
    /** Processes die at once. */
    KILL("kill -9", Need.NOTHING),
    /** Processes stand still and go on later, unaware. */
    PAUSE("SIGSTOP, later SIGCONT", Need.NOTHING),
    /** All nodes are stopped in good order and started again, one after another. */
    ROLLING_RESTART("SIGTERM and a new start, one node after another", Need.NOTHING),
    /** A node loses its disk. */
    WIPE("kill -9, all data deleted, a new start", Need.NOTHING),
    /** A node comes back with an old copy of its data. */
    ROLLBACK("kill -9 and a new start on an older copy of the data", Need.NOTHING),
    /** A node leaves the groups, and joins them again later, perhaps as a new machine. */
    MEMBERS("a node leaves the groups, with its data or without, and joins them again", Need.NOTHING),
    /** Two sides that can't reach each other. */
    PARTITION("two sides cut off from each other", Need.NAMESPACES),
    /** Two sides that can't reach each other, and a node that reaches both. */
    BRIDGE("two sides that only one node reaches both of", Need.NAMESPACES),
    /** What a node sends is lost, or what is sent to it. */
    ONE_WAY("what a node sends, or is sent, is lost", Need.NAMESPACES),
    /** Packets are late, and overtake each other. */
    SLOW_LINK("packets are late by tens of milliseconds, each by another time", Need.PACKET_QUEUE),
    /** Packets are lost by chance. */
    LOSSY_LINK("packets are lost by chance", Need.PACKET_QUEUE),
    /** A disk has no room left. */
    FULL_DISK("no room left on a node's disk", Need.DISK_IMAGES),
    /** Whatever was not fsynced is gone. */
    POWER_LOSS("the power of nodes fails: what was not fsynced is gone", Need.DISK_IMAGES),
    /** An fsync fails. */
    FAILING_FSYNC("fsync fails with EIO", Need.SYNC_LIBRARY),
    /** An fsync takes long. */
    SLOW_FSYNC("fsync takes up to seconds", Need.SYNC_LIBRARY);

    /** What a fault takes that not every machine has. */
    public enum Need {
        /** Signals and files are enough. */
        NOTHING,
        /** Network namespaces with addresses and packet filters of their own. */
        NAMESPACES,
        /** A program that holds packets back, in network namespaces. */
        PACKET_QUEUE,
        /** A file system of its own for each node, in a file. */
        DISK_IMAGES,
        /** A library that stands between a node and the system's fsync. */
        SYNC_LIBRARY
    }

    private final String description;
    private final Need need;

    Nemesis(String description, Need need) {
        this.description = description;
        this.need = need;
    }

    /** What happens, in a few words. */
    public String description() {
        return description;
    }

    /** What it takes. */
    public Set<Need> needs() {
        return need == Need.PACKET_QUEUE ? Set.of(Need.NAMESPACES, Need.PACKET_QUEUE) : Set.of(need);
    }

    /** Its name on the command line and in reports, such as {@code slow-link}. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
