/** Tests of the chat. */
@NullMarked
package org.uitto.samples.chat;

import org.jspecify.annotations.NullMarked;
