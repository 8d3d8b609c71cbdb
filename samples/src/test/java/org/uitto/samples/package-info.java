@NullMarked
package org.uitto.samples;

import org.jspecify.annotations.NullMarked;
