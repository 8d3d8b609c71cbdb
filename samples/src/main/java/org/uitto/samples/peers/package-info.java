/**
 * What a benchmark of several Raft systems needs to run this one beside them: a node with a replicated actor that takes
 * opaque bytes, and a client of it, through the public API alone. docs/PERFORMANCE.md shows how it is put into the harness.
 */
@NullMarked
package org.uitto.samples.peers;

import org.jspecify.annotations.NullMarked;
