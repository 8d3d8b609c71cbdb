package org.uitto.samples.operations;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.role.GroupStatus;
import org.uitto.role.PeerStatus;
import org.uitto.samples.operations.ClusterView.Replica;

/** A cluster as a table for people: a line for each replica. */
final class StatusTable {
    private static final List<String> HEAD = List.of(
            "GROUP",
            "NODE",
            "ROLE",
            "TERM",
            "LEADER",
            "LAST",
            "DURABLE",
            "COMMIT",
            "APPLIED",
            "SNAPSHOT",
            "LOG",
            "LAG",
            "HEARD",
            "NOTES");

    private StatusTable() {}

    /** The lines of the table, and then what is not as it should be. */
    static List<String> of(ClusterView view) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(HEAD);
        view.replicas()
                .forEach(replica -> rows.add(row(replica, view.asSeenByLeader(replica), view.isStranger(replica))));
        List<String> lines = new ArrayList<>(aligned(rows));
        lines.addAll(view.troubles());
        view.strangers()
                .forEach(contact -> lines.add("Nobody answers at " + contact
                        + ", and no group has a member there: take it out of the contact points."));
        return lines;
    }

    private static List<String> row(Replica replica, Optional<PeerStatus> seen, boolean isStranger) {
        ReplicaStatus status = replica.status();
        GroupStatus group = status.group();
        return List.of(
                group.group().value(),
                group.node().value(),
                inWords(group.role()),
                String.valueOf(group.term()),
                group.leader().map(Object::toString).orElse("-"),
                String.valueOf(group.lastLog().index()),
                String.valueOf(group.log().durableIndex()),
                String.valueOf(group.commitIndex()),
                String.valueOf(status.appliedIndex()),
                group.log().snapshot().map(at -> String.valueOf(at.index())).orElse("-"),
                size(group.log().lengthBytes()),
                seen.map(peer -> String.valueOf(peer.lagEntries())).orElse("-"),
                seen.map(peer -> peer.heardMillisAgo() + " ms").orElse("-"),
                String.join(", ", notes(status, seen, isStranger)));
    }

    private static List<String> notes(ReplicaStatus status, Optional<PeerStatus> seen, boolean isStranger) {
        List<String> notes = new ArrayList<>();
        if (isStranger) {
            notes.add("no member");
        }
        if (status.group().configuration().learners().contains(status.group().node())) {
            notes.add("learner");
        }
        seen.filter(peer -> peer.standing() != PeerStatus.Standing.COUNTS)
                .ifPresent(peer -> notes.add(inWords(peer.standing()) + " to the leader"));
        seen.filter(peer -> peer.mode() != PeerStatus.Mode.REPLICATE)
                .ifPresent(peer -> notes.add(peer.mode() == PeerStatus.Mode.SNAPSHOT ? "needs a snapshot" : "probed"));
        if (status.group().disk().underWayMillis() > 0) {
            notes.add("disk at work for " + status.group().disk().underWayMillis() + " ms");
        }
        status.group().transferTarget().ifPresent(target -> notes.add("hands over to " + target));
        if (status.snapshotUnderWay()) {
            notes.add("takes a snapshot");
        }
        return notes;
    }

    /** A constant as people write it. */
    static String inWords(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String size(long bytes) {
        if (bytes < 1024) {
            return bytes + " B";
        }
        return bytes < 1024 * 1024
                ? String.format(Locale.ROOT, "%.1f KiB", bytes / 1024.0)
                : String.format(Locale.ROOT, "%.1f MiB", bytes / 1024.0 / 1024.0);
    }

    /** {@code rows} as lines, their columns below each other. */
    static List<String> aligned(List<List<String>> rows) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int column = 0; column < columns; column++) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < columns; column++) {
                String cell = row.get(column);
                line.append(cell).append(" ".repeat(widths[column] - cell.length() + 2));
            }
            lines.add(line.toString().stripTrailing());
        }
        return lines;
    }
}
