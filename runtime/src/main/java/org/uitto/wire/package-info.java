/** What nodes say to each other as bytes: Kryo layouts under fixed registration ids. */
@NullMarked
package org.uitto.wire;

import org.jspecify.annotations.NullMarked;
