/**
 * What a node lets the process that started it do to it, if its settings say so: cut it off from peers, slow its log down.
 * For the demo; nothing else has it on.
 */
@NullMarked
package org.uitto.samples.mishap;

import org.jspecify.annotations.NullMarked;
