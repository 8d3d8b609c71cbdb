/** A first replicated actor, to learn from. */
@NullMarked
package org.uitto.samples.counter;

import org.jspecify.annotations.NullMarked;
