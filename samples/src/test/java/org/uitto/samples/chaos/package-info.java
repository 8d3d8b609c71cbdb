/** Tests of what the chaos command does. */
@NullMarked
package org.uitto.samples.chaos;

import org.jspecify.annotations.NullMarked;
