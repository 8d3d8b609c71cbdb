/**
 * A page that shows the groups of a cluster at work, for any application to mount: a route that serves the page and, to each
 * browser, a stream of what happens on this node. The page itself gathers from all nodes that it can reach.
 */
@NullMarked
package org.uitto.samples.clusterpage;

import org.jspecify.annotations.NullMarked;
