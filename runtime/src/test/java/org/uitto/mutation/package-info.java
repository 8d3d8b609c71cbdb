/** Bugs that real Raft systems have shipped, made again to see whether the tests notice. */
@NullMarked
package org.uitto.mutation;

import org.jspecify.annotations.NullMarked;
