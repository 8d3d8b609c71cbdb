@NullMarked
package org.uitto;

import org.jspecify.annotations.NullMarked;
