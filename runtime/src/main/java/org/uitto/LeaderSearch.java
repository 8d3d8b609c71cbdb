package org.uitto;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.uitto.log.GroupId;
import org.uitto.replicated.KnownContacts;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.role.GroupStatus;
import org.uitto.role.GroupStatus.Role;

/** Finds who leads a group: asks all that the settings name, and then those that these say are members. Thread-safe. */
final class LeaderSearch {
    /** A leader and how it stands. */
    record Leading(String contact, GroupStatus status) {}

    private final Inquiry inquiry;
    private final Function<GroupId, KnownContacts> contacts;

    /** @param contacts where a group's replicas may be; learns where others are */
    LeaderSearch(Inquiry inquiry, Function<GroupId, KnownContacts> contacts) {
        this.inquiry = inquiry;
        this.contacts = contacts;
    }

    /**
     * The leader of the highest term that anyone leads.
     *
     * @param timeout for each answer; those that settings and earlier answers name are asked together, then those that they name
     */
    CompletionStage<Optional<Leading>> find(GroupId group, Duration timeout) {
        return find(group, contacts.apply(group), contacts.apply(group).all(), new LinkedHashSet<>(), timeout);
    }

    private CompletionStage<Optional<Leading>> find(
            GroupId group, KnownContacts known, Collection<String> next, Set<String> asked, Duration timeout) {
        asked.addAll(next);
        return ask(group, next, timeout).thenCompose(answers -> {
            Optional<Leading> leader = answers.stream()
                    .filter(answer -> answer.status().role() == Role.LEADER)
                    .max(Comparator.comparingLong(answer -> answer.status().term()));
            answers.forEach(answer -> known.learn(contactsIn(answer.status())));
            List<String> others = new ArrayList<>(known.all());
            others.removeAll(asked);
            return leader.isPresent() || others.isEmpty()
                    ? CompletableFuture.completedFuture(leader)
                    : find(group, known, others, asked, timeout);
        });
    }

    private static List<String> contactsIn(GroupStatus status) {
        return status.configuration().members().values().stream()
                .flatMap(member -> member.contact().stream())
                .toList();
    }

    private CompletionStage<List<Leading>> ask(GroupId group, Collection<String> asked, Duration timeout) {
        Map<String, CompletableFuture<Optional<GroupStatus>>> answers = new LinkedHashMap<>();
        for (String contact : asked) {
            answers.put(
                    contact,
                    inquiry.status(group, contact, false, timeout)
                            .handle((status, failure) ->
                                    Optional.ofNullable(status).map(ReplicaStatus::group))
                            .toCompletableFuture());
        }
        return CompletableFuture.allOf(answers.values().toArray(CompletableFuture[]::new))
                .thenApply(done -> {
                    List<Leading> answered = new ArrayList<>();
                    answers.forEach((contact, answer) ->
                            answer.join().ifPresent(status -> answered.add(new Leading(contact, status))));
                    return answered;
                });
    }
}
