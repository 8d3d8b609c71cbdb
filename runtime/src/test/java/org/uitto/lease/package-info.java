/** Tests of leases: the replicated registry, the keeper, Pekko's interface to them, and a Cluster Singleton that uses one. */
@NullMarked
package org.uitto.lease;

import org.jspecify.annotations.NullMarked;
