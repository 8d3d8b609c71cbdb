/**
 * Replicated actors: what a user writes ({@link org.uitto.replicated.ReplicatedBehavior} and its effects), the actor that
 * runs it on each node ({@code Replica}) and the one that stands for it wherever it is used ({@code Proxy}).
 *
 * <p>The way of a command: the proxy gathers what it is told into batches and sends them to the leader's replica; there the
 * command handler runs on the state as it will be when everything before it is committed; the events are proposed to Raft;
 * once they are committed the effects run, and the replies travel back to the proxy, as many at a time as were committed
 * together.
 */
@NullMarked
package org.uitto.replicated;

import org.jspecify.annotations.NullMarked;
