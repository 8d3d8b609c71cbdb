/** {@code journal}: looks into a node's journal while the node is stopped, and repairs it. */
@NullMarked
package org.uitto.samples.journal;

import org.jspecify.annotations.NullMarked;
