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
import java.util.concurrent.ConcurrentHashMap;
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
    private final List<String> first;
    private final Map<GroupId, KnownContacts> known = new ConcurrentHashMap<>();

    /**
     * Knows nobody yet but {@code first}.
     *
     * @param first contacts to begin with, of all groups
     */
    LeaderSearch(Inquiry inquiry, List<String> first) {
        this.inquiry = inquiry;
        this.first = List.copyOf(first);
    }

    /**
     * The leader of the highest term that anyone leads.
     *
     * @param timeout for each answer; those that settings and earlier answers name are asked together, then those that they name
     */
    CompletionStage<Optional<Leading>> find(GroupId group, Duration timeout) {
        return find(group, knownOf(group).all(), new LinkedHashSet<>(), timeout);
    }

    private KnownContacts knownOf(GroupId group) {
        return known.computeIfAbsent(group, added -> new KnownContacts(first));
    }

    private CompletionStage<Optional<Leading>> find(
            GroupId group, Collection<String> contacts, Set<String> asked, Duration timeout) {
        asked.addAll(contacts);
        return ask(group, contacts, timeout).thenCompose(answers -> {
            Optional<Leading> leader = answers.stream()
                    .filter(answer -> answer.status().role() == Role.LEADER)
                    .max(Comparator.comparingLong(answer -> answer.status().term()));
            answers.forEach(answer -> knownOf(group).learn(contactsIn(answer.status())));
            List<String> others = new ArrayList<>(knownOf(group).all());
            others.removeAll(asked);
            return leader.isPresent() || others.isEmpty()
                    ? CompletableFuture.completedFuture(leader)
                    : find(group, others, asked, timeout);
        });
    }

    private static List<String> contactsIn(GroupStatus status) {
        return status.configuration().members().values().stream()
                .flatMap(member -> member.contact().stream())
                .toList();
    }

    private CompletionStage<List<Leading>> ask(GroupId group, Collection<String> contacts, Duration timeout) {
        Map<String, CompletableFuture<Optional<GroupStatus>>> answers = new LinkedHashMap<>();
        for (String contact : contacts) {
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
