package org.uitto.samples.clusterpage;

import java.util.List;
import java.util.concurrent.CompletionStage;

/** What a page lets whoever can open it do. A page does nothing unless it was given such. Thread-safe. */
public interface PageActions {
    /** What this is for, in one sentence. */
    String why();

    /** All actions, also those that have no target at the moment. */
    List<PageAction> offered();

    /**
     * Does one of them.
     *
     * @param group the group that the page shows
     * @return what came of it, in one sentence; fails with an {@link IllegalStateException} that says why it can't be done
     */
    CompletionStage<String> perform(String action, String target, String group);
}
