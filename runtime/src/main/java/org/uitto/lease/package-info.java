/**
 * Leases of Pekko Coordination on a replicated actor: what a Cluster Singleton, Cluster Sharding or a split-brain resolver
 * asks before it acts, so that no two nodes do what only one may.
 *
 * <p>{@code LeaseRegistry} is the replicated actor: it knows who has which lease, and its leader measures how
 * long ago each was renewed. {@code LeaseKeeper} holds one lease for one owner. Neither compares clocks of
 * two machines: the owner counts from when it sent what was answered, the leader from when it got it, so the owner's time
 * ends first. Needs {@code pekko-coordination} on the class path, which {@code uitto-runtime} does not bring along.
 */
@NullMarked
package org.uitto.lease;

import org.jspecify.annotations.NullMarked;
