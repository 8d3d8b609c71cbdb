/**
 * Raft's log through Pekko Persistence: an actor that makes mutations durable in any Pekko journal, many at a time, and
 * tells when they are.
 */
@NullMarked
package org.uitto.log.store;

import org.jspecify.annotations.NullMarked;
