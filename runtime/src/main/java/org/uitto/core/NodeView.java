package org.uitto.core;

import org.uitto.log.LogView;
import org.uitto.log.NodeId;

/**
 * What the rules may look at beside the role's own state.
 *
 * @param self the node that decides
 * @param configuration who takes part
 * @param log this node's log
 * @param limits the numbers to go by
 */
public record NodeView(NodeId self, Configuration configuration, LogView log, ProtocolLimits limits) {}
