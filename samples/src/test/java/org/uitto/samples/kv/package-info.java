/** Tests of the keyed store. */
@NullMarked
package org.uitto.samples.kv;

import org.jspecify.annotations.NullMarked;
