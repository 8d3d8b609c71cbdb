/** Throughput and latency of a cluster on this machine. */
@NullMarked
package org.uitto.samples.bench;

import org.jspecify.annotations.NullMarked;
