/** Pages that a node serves: where, to whom, and with which headers. */
@NullMarked
package org.uitto.samples.web;

import org.jspecify.annotations.NullMarked;
