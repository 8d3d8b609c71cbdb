package org.uitto.samples.clusterpage;

import java.util.List;

/**
 * A button of the page.
 *
 * @param id what the button asks for
 * @param label what is written on it
 * @param explanation what happens then, in one sentence, for somebody who has never heard of Raft
 * @param targets to what it can be done at the moment: nodes by their ids, links as two ids with a space between them
 */
public record PageAction(String id, String label, String explanation, List<String> targets) {
    public PageAction {
        targets = List.copyOf(targets);
    }
}
