/** Tests of what a node's groups share. */
@NullMarked
package org.uitto.node;

import org.jspecify.annotations.NullMarked;
