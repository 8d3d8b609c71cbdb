/** Tests of the embedded snapshot store. */
@NullMarked
package org.uitto.snapshot;

import org.jspecify.annotations.NullMarked;
