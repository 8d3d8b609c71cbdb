/**
 * The roles of Raft as Pekko typed behaviors: {@code Recovering}, then {@code FollowerBehavior}, {@code
 * PreCandidateBehavior}, {@code CandidateBehavior} and {@code LeaderBehavior} in turns, and {@code Halted} when the disk or
 * an invariant fails. Each hears its inputs, has the rules of {@code org.uitto.core} decide, and has {@code RoleContext}
 * carry the decision out; changing role is returning the next behavior.
 *
 * <p>One actor owns the term, the vote, the log and the commit index of one group on one node.
 */
@NullMarked
package org.uitto.role;

import org.jspecify.annotations.NullMarked;
