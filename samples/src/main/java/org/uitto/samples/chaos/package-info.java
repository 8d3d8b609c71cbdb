/**
 * The {@code chaos} command: real node processes under faults, clients whose histories are checked, and a report of what
 * happened.
 */
@NullMarked
package org.uitto.samples.chaos;

import org.jspecify.annotations.NullMarked;
