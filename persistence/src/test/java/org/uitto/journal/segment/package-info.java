/** Tests of the journal's engine, most of them on a simulated disk. */
@NullMarked
package org.uitto.journal.segment;

import org.jspecify.annotations.NullMarked;
