/**
 * What a journal or a snapshot store says of data that it once acknowledged and no longer has as it was. Any plugin may say
 * it; the exceptions of Uitto's own do.
 */
@NullMarked
package org.uitto.damage;

import org.jspecify.annotations.NullMarked;
