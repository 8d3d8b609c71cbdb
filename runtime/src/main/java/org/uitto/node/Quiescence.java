package org.uitto.node;

import java.util.ArrayList;
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
 * others it expects to be told. Whoever is not heard in time is woken for. Not thread-safe.
 */
final class Quiescence {
    private record Led(Quiescent quiescent, List<Contact> followers, ActorRef<RaftInput> raft, long sinceNanos) {}

    private record Followed(Quiescent quiescent, ActorRef<RaftInput> raft, long heardAtNanos) {}

    private final long silenceNanos;
    private final Map<GroupId, Led> led = new TreeMap<>();
    private final Map<GroupId, Followed> followed = new HashMap<>();
    private final Map<Contact, Long> answeredAtNanos = new HashMap<>();

    /** @param silenceNanos after how long without a word the other side may be gone */
    Quiescence(long silenceNanos) {
        this.silenceNanos = silenceNanos;
    }

    /** Whether no group rests. */
    boolean isEmpty() {
        return led.isEmpty() && followed.isEmpty();
    }

    /** {@code resting} is led by this node; {@code followers} are where its followers are, {@code raft} is to be woken. */
    void leads(QuiescentGroup resting, List<Contact> followers, ActorRef<RaftInput> raft, long nowNanos) {
        led.put(resting.group(), new Led(resting.quiescent(), followers, raft, nowNanos));
    }

    /** {@code resting} is led by another node. */
    void follows(QuiescentGroup resting, ActorRef<RaftInput> raft, long nowNanos) {
        followed.put(resting.group(), new Followed(resting.quiescent(), raft, nowNanos));
    }

    /** {@code group} rests no more on this node. */
    void wakes(GroupId group) {
        led.remove(group);
        followed.remove(group);
    }

    /** What to tell whom. */
    Map<Contact, List<QuiescentGroup>> toTell() {
        Map<Contact, List<QuiescentGroup>> toTell = new LinkedHashMap<>();
        led.forEach((group, leading) -> leading.followers()
                .forEach(follower -> toTell.computeIfAbsent(follower, added -> new ArrayList<>())
                        .add(new QuiescentGroup(group, leading.quiescent()))));
        return toTell;
    }

    /** Who leads a group is there still. Those that do not rest so here go to {@code others}. */
    void heard(List<QuiescentGroup> told, long nowNanos, Consumer<QuiescentGroup> others) {
        for (QuiescentGroup resting : told) {
            Followed known = followed.get(resting.group());
            if (known != null && known.quiescent().equals(resting.quiescent())) {
                followed.put(resting.group(), new Followed(known.quiescent(), known.raft(), nowNanos));
            } else {
                others.accept(resting);
            }
        }
    }

    /** The node at {@code follower} has been told, and does not have {@code unknown}. */
    void answered(Contact follower, List<GroupId> unknown, long nowNanos) {
        answeredAtNanos.put(follower, nowNanos);
        for (GroupId group : unknown) {
            Led leading = led.get(group);
            if (leading != null && leading.followers().contains(follower)) {
                leading.raft().tell(Wake.INSTANCE);
            }
        }
    }

    /** Wakes whoever has waited for too long. */
    void wakeTheUnheard(long nowNanos) {
        led.values().stream()
                .filter(leading -> leading.followers().stream().anyMatch(each -> isSilent(each, leading, nowNanos)))
                .forEach(leading -> leading.raft().tell(Wake.INSTANCE));
        for (Iterator<Followed> each = followed.values().iterator(); each.hasNext(); ) {
            Followed following = each.next();
            if (nowNanos - following.heardAtNanos() >= silenceNanos) {
                each.remove();
                following.raft().tell(Wake.INSTANCE);
            }
        }
    }

    private boolean isSilent(Contact follower, Led leading, long nowNanos) {
        long answered = answeredAtNanos.getOrDefault(follower, leading.sinceNanos());
        long last = answered - leading.sinceNanos() > 0 ? answered : leading.sinceNanos();
        return nowNanos - last >= silenceNanos;
    }
}
