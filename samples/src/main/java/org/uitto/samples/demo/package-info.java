/** A cluster whose leader is killed again and again, for all to see. */
@NullMarked
package org.uitto.samples.demo;

import org.jspecify.annotations.NullMarked;
