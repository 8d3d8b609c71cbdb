/**
 * Raft itself, transcribed from the paper: the messages, what a node knows in each role, and the rules by which it
 * decides. Plain Java without clock, chance, thread, actor or disk. A rule is a function of the role's state, the log and
 * one message; its decision is a value, a {@link org.uitto.core.Transition}, which one place in {@code org.uitto.role}
 * carries out.
 *
 * <p>"Paper" is Ongaro and Ousterhout, "In Search of an Understandable Consensus Algorithm (Extended Version)"; "thesis"
 * is Ongaro, "Consensus: Bridging Theory and Practice".
 */
@NullMarked
package org.uitto.core;

import org.jspecify.annotations.NullMarked;
