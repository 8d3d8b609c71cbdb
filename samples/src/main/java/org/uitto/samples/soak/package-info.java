/** The sample cluster under load for long: whether disk and memory stay bounded, and how a node that slept catches up. */
@NullMarked
package org.uitto.samples.soak;

import org.jspecify.annotations.NullMarked;
