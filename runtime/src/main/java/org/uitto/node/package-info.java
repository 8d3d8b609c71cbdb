/** One node among its peers: where they are, and how messages get there over Pekko remoting. */
@NullMarked
package org.uitto.node;

import org.jspecify.annotations.NullMarked;
