@NullMarked
package org.uitto.samples.demo;

import org.jspecify.annotations.NullMarked;
