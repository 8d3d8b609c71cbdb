/** Tests of the journal plugin in real actor systems and processes. */
@NullMarked
package org.uitto.journal;

import org.jspecify.annotations.NullMarked;
