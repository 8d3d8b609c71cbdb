/** The runnable jar: its command line. */
@NullMarked
package org.uitto.samples;

import org.jspecify.annotations.NullMarked;
