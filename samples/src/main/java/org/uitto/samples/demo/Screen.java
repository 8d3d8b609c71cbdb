package org.uitto.samples.demo;

import java.io.Console;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.role.GroupStatus;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.Replicas;

/** Shows a demo: what happens, line by line, and below it, in a terminal, how things stand. */
final class Screen {
    private static final String GREEN = "\u001b[32m";
    private static final String RED = "\u001b[31m";
    private static final String PLAIN = "\u001b[0m";

    private final PrintWriter out;
    private final boolean live;
    private int liveLines;

    /** @param live whether lines can be painted over, as in a terminal */
    Screen(PrintWriter out, boolean live) {
        this.out = out;
        this.live = live;
    }

    /** Whether this process talks to a terminal. */
    @SuppressWarnings("SystemConsoleNull") // Up to Java 21 it is null without a terminal; from 22 on one can ask.
    static boolean isTerminal() {
        Console console = System.console();
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (ReflectiveOperationException e) {
            return true;
        }
    }

    /** Done when Enter is pressed; never if nobody can press it. */
    static CompletableFuture<Void> enter() {
        CompletableFuture<Void> entered = new CompletableFuture<>();
        Thread watch = new Thread(
                () -> {
                    try {
                        for (int read = System.in.read(); read >= 0; read = System.in.read()) {
                            if (read == '\n') {
                                entered.complete(null);
                            }
                        }
                    } catch (IOException e) {
                        // Nobody can press it.
                    }
                },
                "enter-watch");
        watch.setDaemon(true);
        watch.start();
        return entered;
    }

    boolean isLive() {
        return live;
    }

    /** Something has happened, {@code seconds} after the start. */
    void event(double seconds, String text) {
        wipe();
        line(String.format(Locale.ROOT, "%6.1fs  %s", seconds, text));
        out.flush();
    }

    /** Text that needs no time. */
    void say(String text) {
        wipe();
        line(text);
        out.flush();
    }

    /** How things stand now. */
    void show(double seconds, Replicas replicas, Tally.Counts counts, long perSecond) {
        String client =
                "acknowledged " + counts.acknowledged() + ", unknown " + counts.unknown() + ", " + perSecond + "/s";
        if (!live) {
            List<String> nodes = new ArrayList<>();
            LocalCluster.NODES.forEach(node -> nodes.add(node + " " + inWords(replicas.of(node), "%s t%d commit %d")));
            event(seconds, String.join(" | ", nodes) + " | " + client);
            return;
        }
        wipe();
        liveLine("");
        LocalCluster.NODES.forEach(node ->
                liveLine("  node " + node + "  " + colored(replicas.of(node), "%-13s  term %-4d  commit index %d")));
        liveLine(String.format(Locale.ROOT, "  client  %s  (%.0f s)", client, seconds));
        out.flush();
    }

    private static String colored(Optional<ReplicaStatus> status, String form) {
        String words = inWords(status, form);
        if (status.isEmpty()) {
            return RED + words + PLAIN;
        }
        return status.get().group().role() == GroupStatus.Role.LEADER ? GREEN + words + PLAIN : words;
    }

    private static String inWords(Optional<ReplicaStatus> status, String form) {
        return status.map(ReplicaStatus::group)
                .map(group -> String.format(
                        Locale.ROOT,
                        form,
                        group.role().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                        group.term(),
                        group.commitIndex()))
                .orElse("no answer");
    }

    private void liveLine(String text) {
        line(text);
        liveLines++;
    }

    private void line(String text) {
        out.println(text);
    }

    private void wipe() {
        if (liveLines > 0) {
            out.print("\u001b[" + liveLines + "A\u001b[J"); // Up, and away with what is below.
            liveLines = 0;
        }
    }
}
