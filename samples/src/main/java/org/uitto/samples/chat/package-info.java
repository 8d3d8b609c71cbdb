/** Chat rooms as replicated actors, and the page of them. */
@NullMarked
package org.uitto.samples.chat;

import org.jspecify.annotations.NullMarked;
