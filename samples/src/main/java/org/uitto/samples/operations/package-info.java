/** What an operator asks of a running cluster: how it stands, who is to lead, who takes part, and a snapshot now. */
@NullMarked
package org.uitto.samples.operations;

import org.jspecify.annotations.NullMarked;
