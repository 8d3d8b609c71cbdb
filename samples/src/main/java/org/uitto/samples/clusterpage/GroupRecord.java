package org.uitto.samples.clusterpage;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.uitto.RoleChanged;
import org.uitto.replicated.ReplicaStatus;

/** The last minutes of one group on this node. What it keeps is bounded. Not thread-safe. */
final class GroupRecord {
    /** How the node stood at one moment. */
    record Sample(long atMillis, ReplicaStatus status) {}

    /**
     * The node became something, or learned who leads, or voted.
     *
     * @param number counts what has happened in this group since the node was started
     * @param role what the node became; empty if it voted
     * @param candidate for whom it voted, if it did
     */
    record Happening(long number, long atMillis, long term, Optional<RoleChanged> role, Optional<String> candidate) {}

    private static final int SAMPLES = 180;
    private static final int HAPPENINGS = 120;

    private final Deque<Sample> samples = new ArrayDeque<>();
    private final Deque<Happening> happenings = new ArrayDeque<>();
    private @Nullable ReplicaStatus status;
    private long happened;

    void statusIs(ReplicaStatus now, long atMillis) {
        ReplicaStatus before = status;
        status = now;
        boolean sameTerm =
                before != null && before.group().term() == now.group().term();
        boolean sameVote = sameTerm
                && Objects.requireNonNull(before)
                        .group()
                        .votedFor()
                        .equals(now.group().votedFor());
        if (!sameVote) {
            now.group()
                    .votedFor()
                    .ifPresent(candidate ->
                            add(atMillis, now.group().term(), Optional.empty(), Optional.of(candidate.value())));
        }
    }

    void roleIs(RoleChanged change, long atMillis) {
        add(atMillis, change.term(), Optional.of(change), Optional.empty());
    }

    private void add(long atMillis, long term, Optional<RoleChanged> role, Optional<String> candidate) {
        happenings.add(new Happening(++happened, atMillis, term, role, candidate));
        if (happenings.size() > HAPPENINGS) {
            happenings.remove();
        }
    }

    void sample(long atMillis) {
        if (status != null) {
            samples.add(new Sample(atMillis, status));
            if (samples.size() > SAMPLES) {
                samples.remove();
            }
        }
    }

    Optional<ReplicaStatus> status() {
        return Optional.ofNullable(status);
    }

    List<Sample> samplesAfter(long millis) {
        return samples.stream().filter(sample -> sample.atMillis() > millis).toList();
    }

    List<Happening> happeningsAfter(long number) {
        return happenings.stream()
                .filter(happening -> happening.number() > number)
                .toList();
    }
}
