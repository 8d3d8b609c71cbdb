/**
 * Faults for real node processes: what is done to which node, when, and for how long, is drawn from a seed ({@link
 * org.uitto.samples.nemesis.Schedule}); the {@link org.uitto.samples.nemesis.Testbed} does it, with signals, network
 * namespaces, disk images and a preloaded library, and undoes it.
 */
@NullMarked
package org.uitto.samples.nemesis;

import org.jspecify.annotations.NullMarked;
