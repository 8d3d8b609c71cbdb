package org.uitto.core;

import java.util.Optional;
import org.uitto.log.NodeId;
import org.uitto.log.NodeStart;
import org.uitto.log.StorageId;
import org.uitto.log.StorageRecord;

/** What a node knows of storages: its own, and those on which its peers have started. */
public interface StorageView {
    /** What the node remembers; what is here has been written or is being written. */
    StorageRecord record();

    /** This start of this node. */
    NodeStart ownStart();

    /** The start of {@code peer} that was heard of last; empty if this start of this node has heard of none. */
    Optional<NodeStart> latestStart(NodeId peer);

    /** A name that no storage has, for one that needs another. */
    StorageId unusedName();
}
