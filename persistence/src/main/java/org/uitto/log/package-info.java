/**
 * The values a replicated log is made of: positions, terms, entries in batches, and the mutations that are made durable.
 * Plain Java; both the durable side (Pekko Persistence) and the rules of Raft speak these words.
 */
@NullMarked
package org.uitto.log;

import org.jspecify.annotations.NullMarked;
