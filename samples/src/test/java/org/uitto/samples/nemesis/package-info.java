/** Tests of what the chaos command does to nodes. */
@NullMarked
package org.uitto.samples.nemesis;

import org.jspecify.annotations.NullMarked;
