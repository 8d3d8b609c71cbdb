/** Tests over the web. */
@NullMarked
package org.uitto.samples.web;

import org.jspecify.annotations.NullMarked;
