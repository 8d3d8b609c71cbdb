/** The simulation of Raft, from the command line: searches, replays, traces and histories. */
@NullMarked
package org.uitto.samples.simulate;

import org.jspecify.annotations.NullMarked;
