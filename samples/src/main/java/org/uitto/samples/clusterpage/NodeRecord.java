package org.uitto.samples.clusterpage;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import org.uitto.RoleChanged;
import org.uitto.log.GroupId;
import org.uitto.replicated.ReplicaStatus;

/** The last minutes of this node, of so many groups at most. Thread-safe. */
final class NodeRecord {
    /** The most groups that are shown; of more, those whose names come first. */
    static final int MAX_GROUPS = 200;

    private final SortedMap<String, GroupRecord> groups = new TreeMap<>();

    synchronized void statusIs(ReplicaStatus status, long atMillis) {
        group(status.group().group()).statusIs(status, atMillis);
    }

    synchronized void roleIs(RoleChanged change, long atMillis) {
        group(change.group()).roleIs(change, atMillis);
    }

    synchronized void ended(GroupId group) {
        groups.remove(group.value());
    }

    synchronized void sample(long atMillis) {
        groups.values().forEach(group -> group.sample(atMillis));
    }

    private GroupRecord group(GroupId id) {
        return groups.computeIfAbsent(id.value(), name -> new GroupRecord());
    }

    /** How this node stands in each of its groups. */
    synchronized List<ReplicaStatus> statuses() {
        List<ReplicaStatus> all = new ArrayList<>();
        groups.values().stream()
                .limit(MAX_GROUPS)
                .forEach(group -> group.status().ifPresent(all::add));
        return all;
    }

    /** What {@code question} makes of the record of {@code group}, if there is one. */
    synchronized <T> Optional<T> of(String group, Function<GroupRecord, T> question) {
        return Optional.ofNullable(groups.get(group)).map(question);
    }
}
