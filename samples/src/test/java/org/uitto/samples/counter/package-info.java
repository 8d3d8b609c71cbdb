@NullMarked
package org.uitto.samples.counter;

import org.jspecify.annotations.NullMarked;
