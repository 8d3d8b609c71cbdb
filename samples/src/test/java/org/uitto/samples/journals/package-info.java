/** The log in journals other than the embedded one, by the files of {@code config/} alone. */
@NullMarked
package org.uitto.samples.journals;

import org.jspecify.annotations.NullMarked;
