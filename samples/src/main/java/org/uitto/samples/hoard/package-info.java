/** A replicated actor whose state is as large as one likes: to see what snapshots of a large state cost. */
@NullMarked
package org.uitto.samples.hoard;

import org.jspecify.annotations.NullMarked;
