/** Running one node of a cluster. */
@NullMarked
package org.uitto.samples.node;

import org.jspecify.annotations.NullMarked;
