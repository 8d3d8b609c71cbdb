/** The one door from an application: {@link org.uitto.Raft}. */
@NullMarked
package org.uitto;

import org.jspecify.annotations.NullMarked;
