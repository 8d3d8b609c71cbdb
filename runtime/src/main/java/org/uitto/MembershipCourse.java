package org.uitto;

import java.time.Duration;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.pattern.Patterns;
import org.uitto.LeaderSearch.Leading;
import org.uitto.log.Configuration;
import org.uitto.log.GroupId;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.replicated.MembershipOutcome;
import org.uitto.replicated.MembershipOutcome.Result;
import org.uitto.role.GroupStatus;

/**
 * One change of a group's members, from the question to the leader until it is committed and no longer joint, as far as that can
 * be seen in time.
 */
final class MembershipCourse {
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final Duration ANSWER_WITHIN = Duration.ofSeconds(2);

    private final ActorSystem<?> system;
    private final Inquiry inquiry;
    private final LeaderSearch search;
    private final GroupId group;
    private final MembershipChange change;
    private final long deadlineNanos;

    private MembershipCourse(
            ActorSystem<?> system,
            Inquiry inquiry,
            LeaderSearch search,
            GroupId group,
            MembershipChange change,
            Duration timeout) {
        this.system = system;
        this.inquiry = inquiry;
        this.search = search;
        this.group = group;
        this.change = change;
        this.deadlineNanos = System.nanoTime() + timeout.toNanos();
    }

    /**
     * Has {@code group} changed.
     *
     * @param timeout after which it is left to the group, or not begun any more
     * @throws IllegalArgumentException if an address in {@code change} is none
     */
    static CompletionStage<MembershipOutcome> run(
            ActorSystem<?> system,
            Inquiry inquiry,
            LeaderSearch search,
            GroupId group,
            MembershipChange change,
            Duration timeout) {
        Stream.concat(change.voters().values().stream(), change.learners().values().stream())
                .flatMap(member -> member.contact().stream())
                .forEach(Inquiry::parsed);
        return new MembershipCourse(system, inquiry, search, group, change, timeout).begin();
    }

    private Duration patience() {
        long leftNanos = Math.max(1_000_000, deadlineNanos - System.nanoTime());
        return leftNanos < ANSWER_WITHIN.toNanos() ? Duration.ofNanos(leftNanos) : ANSWER_WITHIN;
    }

    /** {@code next} in a moment, or {@code outcome} if there is no time for that. */
    private CompletionStage<MembershipOutcome> later(
            MembershipOutcome outcome, Supplier<CompletionStage<MembershipOutcome>> next) {
        return System.nanoTime() + PAUSE.toNanos() - deadlineNanos >= 0
                ? CompletableFuture.completedFuture(outcome)
                : Patterns.after(PAUSE, system, next::get);
    }

    private CompletionStage<MembershipOutcome> begin() {
        return search.find(group, patience())
                .thenCompose(leader -> leader.isPresent()
                        ? beginAt(leader.get())
                        : later(
                                new MembershipOutcome(
                                        Result.NOT_LEADER,
                                        Optional.empty(),
                                        "Nobody that answers leads " + group + "."),
                                this::begin));
    }

    private CompletionStage<MembershipOutcome> beginAt(Leading leader) {
        Optional<Configuration> present = Optional.of(leader.status().configuration());
        return inquiry.changeMembers(group, leader.contact(), change, patience())
                .handle((answer, failure) -> Optional.ofNullable(answer))
                .thenCompose(answer -> {
                    // Without an answer it may have been begun: then the configuration says so.
                    Result result = answer.map(MembershipOutcome::result).orElse(Result.UNDER_WAY);
                    String reason = answer.map(MembershipOutcome::reason).orElse("");
                    MembershipOutcome outcome = new MembershipOutcome(result, present, reason);
                    return switch (result) {
                        case UNDER_WAY -> follow(outcome, leader.status().term(), Optional.of(leader.contact()));
                        case BUSY, NOT_LEADER -> later(outcome, this::begin);
                        default -> CompletableFuture.completedFuture(outcome);
                    };
                });
    }

    /** Looks what has become of it; {@code outcome} is what it was when it was last looked. */
    private CompletionStage<MembershipOutcome> follow(
            MembershipOutcome outcome, long beganInTerm, Optional<String> lastLeader) {
        return leader(lastLeader).thenCompose(found -> {
            Optional<Leading> leader = found.filter(leading -> leading.status().term() >= beganInTerm);
            MembershipOutcome now =
                    leader.map(leading -> outcome(leading.status())).orElse(outcome);
            return now.result() == Result.UNDER_WAY
                    ? later(now, () -> follow(now, beganInTerm, leader.map(Leading::contact)))
                    : CompletableFuture.completedFuture(now);
        });
    }

    /** Most of the time it is the same as before. */
    private CompletionStage<Optional<Leading>> leader(Optional<String> last) {
        return last.isEmpty()
                ? search.find(group, patience())
                : inquiry.status(group, last.get(), false, patience())
                        .handle((status, failure) -> Optional.ofNullable(status)
                                .map(answer -> new Leading(last.get(), answer.group()))
                                .filter(leading -> leading.status().role() == GroupStatus.Role.LEADER))
                        .thenCompose(leading -> leading.isPresent()
                                ? CompletableFuture.completedFuture(leading)
                                : search.find(group, patience()));
    }

    private MembershipOutcome outcome(GroupStatus leader) {
        Configuration present = leader.configuration();
        boolean isCommitted = leader.configurationIndex() <= leader.commitIndex();
        if (change.isFulfilledBy(present)) {
            return isCommitted && present.isVoter(leader.node())
                    ? new MembershipOutcome(Result.DONE, Optional.of(present), "")
                    : underWay(present, "The last step is not committed yet, or a leader that leaves is to hand over.");
        } else if (change.isUnderWayIn(present) || !isCommitted) {
            return underWay(present, waiting(present));
        }
        return new MembershipOutcome(
                Result.LOST,
                Optional.of(present),
                "It was lost with its leader, or another change has taken its place: the members of " + group + " are "
                        + present + ". Ask for it again.");
    }

    private static MembershipOutcome underWay(Configuration present, String reason) {
        return new MembershipOutcome(Result.UNDER_WAY, Optional.of(present), reason);
    }

    private String waiting(Configuration present) {
        TreeSet<NodeId> coming = new TreeSet<>(present.target());
        coming.removeAll(present.voters());
        return present.isJoint() || coming.isEmpty()
                ? "The old voters and the new are to agree: " + present + "."
                : "It waits until " + coming + " have the log of " + group
                        + ". Are they up, do they run it, and can all nodes reach each other?";
    }
}
