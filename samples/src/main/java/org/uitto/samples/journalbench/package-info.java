/** Throughput and latency of a Pekko Persistence journal beside the bare limit of its disk. */
@NullMarked
package org.uitto.samples.journalbench;

import org.jspecify.annotations.NullMarked;
