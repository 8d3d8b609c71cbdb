package org.uitto.node;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.core.Quiescent;
import org.uitto.log.GroupId;
import org.uitto.node.HeartbeatHub.QuiescentGroup;
import org.uitto.role.RaftInput;
import org.uitto.role.RaftInput.Wake;

/**
 * The quiescent groups of one node. For those that it leads it has the other nodes told that it does, and expects their answer; for the
 * others it expects to be told. Whoever is not heard in time is woken for. A list of groups is told once and has a version; after that
 * its version is enough. Not thread-safe.
 */
final class Quiescence {
    private record Led(Quiescent quiescent, List<Contact> followers, ActorRef<RaftInput> raft, long sinceNanos) {}

    private record Followed(Quiescent quiescent, ActorRef<RaftInput> raft, long sinceNanos) {}

    /** What another node is told, and has answered. */
    private static final class Told {
        final Map<GroupId, Quiescent> groups = new TreeMap<>();
        long version;
        boolean isKnownThere;
    }

    /** What another node has told. */
    private static final class Heard {
        /** Whether all of it rests here as well, as far as was looked. */
        boolean restsHere;

        Map<GroupId, Quiescent> groups = Map.of();
        long version;
        long atNanos;
        Map<GroupId, Quiescent> coming = new LinkedHashMap<>();
        long comingVersion;

        Heard(long nowNanos) {
            this.atNanos = nowNanos;
        }

        boolean tells(GroupId group, Quiescent quiescent) {
            return quiescent.equals(groups.get(group));
        }
    }

    private final long silenceNanos;
    private final Map<GroupId, Led> led = new HashMap<>();
    private final Map<GroupId, Followed> followed = new LinkedHashMap<>();
    private final Map<Contact, Told> told = new LinkedHashMap<>();
    private final Map<Contact, Long> answeredAtNanos = new HashMap<>();
    private final Map<Contact, Heard> heard = new LinkedHashMap<>();
    private boolean allAreTold = true;
    private long version;

    /**
     * No quiescent groups.
     *
     * @param silenceNanos after how long without a word the other side may be gone
     * @param firstVersion such that no earlier process at the same contact has used it or the next ones
     */
    Quiescence(long silenceNanos, long firstVersion) {
        this.silenceNanos = silenceNanos;
        this.version = firstVersion;
    }

    /** Whether no group rests. */
    boolean isEmpty() {
        return led.isEmpty() && followed.isEmpty();
    }

    /** {@code group} is led by this node; {@code followers} are where its followers are, {@code raft} is to be woken. */
    void leads(QuiescentGroup group, List<Contact> followers, ActorRef<RaftInput> raft, long nowNanos) {
        led.put(group.group(), new Led(group.quiescent(), followers, raft, nowNanos));
        for (Contact follower : followers) {
            Told list = told.computeIfAbsent(follower, added -> new Told());
            list.groups.put(group.group(), group.quiescent());
            changed(list);
        }
    }

    private void changed(Told list) {
        list.version = ++version;
        list.isKnownThere = false;
    }

    /** {@code group} is led by another node. */
    void follows(QuiescentGroup group, ActorRef<RaftInput> raft, long nowNanos) {
        followed.put(group.group(), new Followed(group.quiescent(), raft, nowNanos));
        allAreTold = false;
    }

    /** {@code group} rests no more on this node. */
    void wakes(GroupId group) {
        if (followed.remove(group) != null) {
            heard.values().forEach(list -> list.restsHere = false);
        }
        Led leading = led.remove(group);
        for (Contact follower : leading == null ? List.<Contact>of() : leading.followers()) {
            Told list = told.get(follower);
            if (list != null && list.groups.remove(group) != null) {
                changed(list);
                if (list.groups.isEmpty()) {
                    told.remove(follower);
                }
            }
        }
    }

    /** Says what is to be told: a list that the other node does not have, or the version of one that it has. */
    interface Teller {
        void list(Contact to, long version, List<QuiescentGroup> groups);

        void still(Contact to, long version);
    }

    /** Has {@code teller} say what is to be told now. */
    void tell(Teller teller) {
        told.forEach((contact, list) -> {
            if (list.isKnownThere) {
                teller.still(contact, list.version);
            } else {
                teller.list(
                        contact,
                        list.version,
                        list.groups.entrySet().stream()
                                .map(each -> new QuiescentGroup(each.getKey(), each.getValue()))
                                .toList());
            }
        });
    }

    /** The node at {@code follower} has been told, and does not have {@code unknown}. */
    void answered(Contact follower, long ofVersion, boolean isKnownThere, List<GroupId> unknown, long nowNanos) {
        answeredAtNanos.put(follower, nowNanos);
        Told list = told.get(follower);
        if (list == null || list.version != ofVersion) {
            return; // About a list of old.
        }
        list.isKnownThere = isKnownThere;
        for (GroupId group : unknown) {
            Led leading = led.get(group);
            if (leading != null) {
                leading.raft().tell(Wake.INSTANCE);
            }
        }
    }

    /**
     * The node at {@code leader} tells a part of its list.
     *
     * @param total how many groups the list has
     * @return whether all of it is here
     */
    boolean heardPart(Contact leader, long ofVersion, int total, List<QuiescentGroup> part, long nowNanos) {
        Heard list = heard.computeIfAbsent(leader, added -> new Heard(nowNanos));
        if (list.comingVersion != ofVersion) {
            list.comingVersion = ofVersion;
            list.coming = new LinkedHashMap<>();
        }
        part.forEach(each -> list.coming.put(each.group(), each.quiescent()));
        if (list.coming.size() == total) {
            list.groups = list.coming;
            list.version = ofVersion;
            list.atNanos = nowNanos;
            list.restsHere = false;
            allAreTold = false;
        }
        return list.coming.size() == total;
    }

    /**
     * The node at {@code leader} says that all is as its list of this version has it.
     *
     * @return whether that list is here
     */
    boolean heardStill(Contact leader, long ofVersion, long nowNanos) {
        Heard list = heard.get(leader);
        if (list == null || list.version != ofVersion) {
            return false;
        }
        list.atNanos = nowNanos;
        return true;
    }

    /** Hands the groups of {@code leader}'s list that do not rest so here to {@code others}. */
    void withOthers(Contact leader, Consumer<QuiescentGroup> others) {
        Heard list = heard.get(leader);
        if (list == null || list.restsHere) {
            return;
        }
        list.restsHere = true;
        list.groups.forEach((group, quiescent) -> {
            Followed known = followed.get(group);
            if (known == null || !known.quiescent().equals(quiescent)) {
                list.restsHere = false;
                others.accept(new QuiescentGroup(group, quiescent));
            }
        });
    }

    /** Wakes whoever has waited for too long. */
    void wakeTheUnheard(long nowNanos) {
        if (told.keySet().stream().anyMatch(follower -> isSilent(follower, nowNanos))) {
            led.values().stream()
                    .filter(leading -> leading.followers().stream().anyMatch(each -> isSilent(each, leading, nowNanos)))
                    .forEach(leading -> leading.raft().tell(Wake.INSTANCE));
        }
        boolean someTellNoMore = heard.values().removeIf(list -> nowNanos - list.atNanos >= silenceNanos);
        if (someTellNoMore || !allAreTold) {
            wakeTheUntold(nowNanos);
        }
    }

    private void wakeTheUntold(long nowNanos) {
        allAreTold = true;
        for (Iterator<Map.Entry<GroupId, Followed>> each = followed.entrySet().iterator(); each.hasNext(); ) {
            Map.Entry<GroupId, Followed> following = each.next();
            boolean isTold = heard.values().stream()
                    .anyMatch(list ->
                            list.tells(following.getKey(), following.getValue().quiescent()));
            if (!isTold && nowNanos - following.getValue().sinceNanos() >= silenceNanos) {
                each.remove();
                following.getValue().raft().tell(Wake.INSTANCE);
            }
            allAreTold &= isTold;
        }
    }

    private boolean isSilent(Contact follower, long nowNanos) {
        Long answered = answeredAtNanos.get(follower);
        return answered == null || nowNanos - answered >= silenceNanos;
    }

    private boolean isSilent(Contact follower, Led leading, long nowNanos) {
        long answered = answeredAtNanos.getOrDefault(follower, leading.sinceNanos());
        long last = answered - leading.sinceNanos() > 0 ? answered : leading.sinceNanos();
        return nowNanos - last >= silenceNanos;
    }
}
