/** The replicated actor that the benchmark writes to. */
@NullMarked
package org.uitto.samples.ledger;

import org.jspecify.annotations.NullMarked;
