package org.uitto.samples.clusterpage;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.uitto.Raft;
import org.uitto.log.NodeId;

/** What an operator may do by the page of a node, if its settings say so: nothing that loses anything. */
public final class NodeActions implements PageActions {
    private static final String TRANSFER = "transfer";
    private static final String SNAPSHOT = "snapshot";
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

    private final Raft raft;
    private final Map<String, String> contacts;

    /** @param contacts the address of each node, {@code host:port}, as in {@code uitto.members} */
    public NodeActions(Raft raft, Map<String, String> contacts) {
        this.raft = raft;
        this.contacts = new TreeMap<>(contacts);
    }

    @Override
    public String why() {
        return "For operators: nothing here loses anything, and clients hardly notice.";
    }

    @Override
    public List<PageAction> offered() {
        List<String> nodes = new ArrayList<>(contacts.keySet());
        return List.of(
                new PageAction(
                        TRANSFER,
                        "Let it lead",
                        "The leader hands leadership of this group over to the node, in a few round trips.",
                        nodes),
                new PageAction(
                        SNAPSHOT,
                        "Take a snapshot",
                        "The node writes the state of this group down, so that it need not keep the entries that led to"
                                + " it.",
                        nodes));
    }

    @Override
    public CompletionStage<String> perform(String action, String target, String group) {
        String contact = contacts.get(target);
        if (contact == null || !(action.equals(TRANSFER) || action.equals(SNAPSHOT))) {
            return CompletableFuture.failedFuture(
                    new IllegalStateException("There is no such action, or no such node."));
        } else if (action.equals(TRANSFER)) {
            return raft.transferLeadership(group, Optional.of(new NodeId(target)), ANSWER_WITHIN)
                    .thenApply(outcome -> target + " was to lead: " + inWords(outcome.result()) + ".");
        }
        return raft.takeSnapshot(group, contact, ANSWER_WITHIN)
                .thenApply(outcome -> target + " was to take a snapshot: " + inWords(outcome.result()) + ".");
    }

    private static String inWords(Enum<?> result) {
        return result.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
