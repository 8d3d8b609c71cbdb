@NullMarked
package org.uitto.samples.clusterpage;

import org.jspecify.annotations.NullMarked;
