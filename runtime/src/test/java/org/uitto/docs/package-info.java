/** Holds the pages of the documentation against what they are about. */
@NullMarked
package org.uitto.docs;

import org.jspecify.annotations.NullMarked;
