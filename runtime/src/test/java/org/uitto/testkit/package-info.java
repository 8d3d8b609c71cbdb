/** Tests of the simulated world, on a toy that elects a leader. */
@NullMarked
package org.uitto.testkit;

import org.jspecify.annotations.NullMarked;
