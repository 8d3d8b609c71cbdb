package org.uitto.samples.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.clusterpage.PageAction;
import org.uitto.samples.clusterpage.PageActions;
import org.uitto.samples.mishap.Mishaps;

/** What somebody at the page of the demo does to its nodes, and what of it lasts. Thread-safe. */
final class Mischief implements PageActions {
    /** Shorter than the time after which a leader sends entries again: the page shows the latency, not what comes of that. */
    private static final Duration SLOW_BY = Duration.ofMillis(250);

    private final LocalCluster cluster;
    private final List<String> links;
    private final Queue<String> told = new ConcurrentLinkedQueue<>();

    // What lasts.
    private final Set<String> killed = new TreeSet<>();
    private final Set<String> paused = new TreeSet<>();
    private final Set<String> cut = new TreeSet<>();
    private final Set<String> slow = new TreeSet<>();
    private boolean over;

    Mischief(LocalCluster cluster) {
        this.cluster = cluster;
        List<String> nodes = cluster.nodes();
        this.links = nodes.stream()
                .flatMap(from ->
                        nodes.stream().filter(to -> from.compareTo(to) < 0).map(to -> from + " " + to))
                .toList();
    }

    @Override
    public String why() {
        return "Three nodes keep everything three times. Do your worst to one of them, and look what the others make of it;"
                + " with two of three away nothing goes on, and nothing is lost either.";
    }

    @Override
    public synchronized List<PageAction> offered() {
        List<String> alive = over ? List.of() : nodes(node -> cluster.isRunning(node) && !paused.contains(node));
        return List.of(
                new PageAction(
                        "kill",
                        "Kill",
                        "The node's process ends at once, in the midst of its work (kill -9); if it led, the others elect"
                                + " another leader in about a second.",
                        over ? List.of() : nodes(cluster::isRunning)),
                new PageAction(
                        "restart",
                        "Restart",
                        "The node starts again with what it has on disk, and the leader sends it what it has missed.",
                        over ? List.of() : nodes(node -> !cluster.isRunning(node))),
                new PageAction(
                        "pause",
                        "Pause",
                        "The node stands still, as if its machine had frozen: to the others it is as good as dead.",
                        alive),
                new PageAction(
                        "resume",
                        "Resume",
                        "The node goes on as if nothing had happened, finds out that time has passed, and falls into line.",
                        over ? List.of() : List.copyOf(paused)),
                new PageAction(
                        "isolate",
                        "Cut off",
                        "Nothing passes between the node and the others any more: it can't win an election alone, and if it"
                                + " led, it can't commit, so it steps down.",
                        alive.stream()
                                .filter(node -> !cut.containsAll(linksOf(node)))
                                .toList()),
                new PageAction(
                        "rejoin",
                        "Connect again",
                        "The node can reach all others again, and catches up.",
                        alive.stream()
                                .filter(node -> linksOf(node).stream().anyMatch(cut::contains))
                                .toList()),
                new PageAction(
                        "slow",
                        "Slow its disk",
                        "Each write to the node's log takes a quarter of a second longer, and hardly anybody notices: what the other two"
                                + " have on disk is committed.",
                        alive.stream().filter(node -> !slow.contains(node)).toList()),
                new PageAction(
                        "fast",
                        "Disk as before",
                        "The node's log is as fast as before.",
                        alive.stream().filter(slow::contains).toList()),
                new PageAction(
                        "cut",
                        "Cut",
                        "Nothing passes between these two nodes; both still hear the third, so one leader remains.",
                        over
                                ? List.of()
                                : links.stream()
                                        .filter(link -> !cut.contains(link))
                                        .toList()),
                new PageAction(
                        "mend",
                        "Mend",
                        "Messages pass between these two nodes again.",
                        over ? List.of() : List.copyOf(cut)));
    }

    private List<String> nodes(Predicate<String> which) {
        return cluster.nodes().stream().filter(which).toList();
    }

    private List<String> linksOf(String node) {
        return links.stream().filter(link -> ends(link).contains(node)).toList();
    }

    private static List<String> ends(String link) {
        return List.of(link.split(" "));
    }

    @Override
    public CompletionStage<String> perform(String action, String target, String group) {
        return CompletableFuture.supplyAsync(() -> perform(action, target));
    }

    private synchronized String perform(String action, String target) {
        boolean isOffered = offered().stream()
                .anyMatch(offer -> offer.id().equals(action) && offer.targets().contains(target));
        if (!isOffered) {
            throw new IllegalStateException(
                    over
                            ? "The demo is at its end."
                            : "That can't be done to " + target + " now; it may be done already.");
        }
        String outcome = done(action, target);
        told.add("from the page: " + outcome);
        return outcome;
    }

    private String done(String action, String target) {
        switch (action) {
            case "kill" -> {
                cluster.kill(target);
                killed.add(target);
                paused.remove(target);
                slow.remove(target);
                return "Node " + target + " was killed.";
            }
            case "restart" -> {
                start(target);
                return "Node " + target + " starts.";
            }
            case "pause" -> {
                cluster.pause(target);
                paused.add(target);
                return "Node " + target + " stands still.";
            }
            case "resume" -> {
                cluster.resume(target);
                paused.remove(target);
                return "Node " + target + " goes on.";
            }
            case "isolate" -> {
                linksOf(target).forEach(this::cutLink);
                return "Node " + target + " is cut off.";
            }
            case "rejoin" -> {
                linksOf(target).forEach(this::mendLink);
                return "Node " + target + " is connected again.";
            }
            case "slow" -> {
                cluster.tell(target, Mishaps.slow(SLOW_BY));
                slow.add(target);
                return "The disk of node " + target + " is slow.";
            }
            case "fast" -> {
                cluster.tell(target, Mishaps.slow(Duration.ZERO));
                slow.remove(target);
                return "The disk of node " + target + " is as before.";
            }
            case "cut" -> {
                cutLink(target);
                return "Nothing passes between " + target.replace(" ", " and ") + ".";
            }
            default -> {
                mendLink(target);
                return "Messages pass between " + target.replace(" ", " and ") + " again.";
            }
        }
    }

    private void start(String node) {
        cluster.start(node);
        killed.remove(node);
        // A new process knows nothing of the links that were cut.
        linksOf(node).stream().filter(cut::contains).forEach(link -> tell(node, link, true));
    }

    private void cutLink(String link) {
        cut.add(link);
        ends(link).forEach(node -> tell(node, link, true));
    }

    private void mendLink(String link) {
        cut.remove(link);
        ends(link).forEach(node -> tell(node, link, false));
    }

    private void tell(String node, String link, boolean isCut) {
        String other = ends(link).get(ends(link).get(0).equals(node) ? 1 : 0);
        String contact = cluster.contact(other);
        cluster.tell(node, isCut ? Mishaps.cut(contact) : Mishaps.mend(contact));
    }

    /** What was done since this was asked last. */
    List<String> news() {
        List<String> news = new ArrayList<>();
        for (String line = told.poll(); line != null; line = told.poll()) {
            news.add(line);
        }
        return news;
    }

    /** Whether somebody has killed {@code node} and not brought it back. */
    synchronized boolean hasKilled(String node) {
        return killed.contains(node);
    }

    /** Whether nothing lasts. */
    synchronized boolean isMended() {
        return Stream.of(killed, paused, cut, slow).allMatch(Set::isEmpty);
    }

    /** Sees to it that nothing lasts, and does nothing more. */
    synchronized void end() {
        over = true;
        List.copyOf(paused).forEach(node -> done("resume", node));
        List.copyOf(cut).forEach(this::mendLink);
        List.copyOf(slow).forEach(node -> done("fast", node));
        List.copyOf(killed).forEach(this::start);
    }
}
