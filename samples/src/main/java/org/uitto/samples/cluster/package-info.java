/** Clusters of node processes on this machine, and clients of them. */
@NullMarked
package org.uitto.samples.cluster;

import org.jspecify.annotations.NullMarked;
