/** Whether the documentation is so. */
@NullMarked
package org.uitto.samples.docs;

import org.jspecify.annotations.NullMarked;
