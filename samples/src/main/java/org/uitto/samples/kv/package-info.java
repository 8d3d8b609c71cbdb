/** A keyed store: texts under keys, as a replicated actor. */
@NullMarked
package org.uitto.samples.kv;

import org.jspecify.annotations.NullMarked;
