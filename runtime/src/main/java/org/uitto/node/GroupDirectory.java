package org.uitto.node;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.uitto.log.GroupId;

/** Says which groups a node hosts, to whoever knows only where the node is. One for each node. */
public final class GroupDirectory {
    /** So many that their names fit into a frame of Pekko remoting several times over. */
    private static final int MAX_PER_MESSAGE = 500;

    private GroupDirectory() {}

    /**
     * Asks for the groups, in the order of their names.
     *
     * @param after leaves out this one and those before it; empty for the first
     */
    public record ListGroups(Optional<GroupId> after, ActorRef<Groups> replyTo) {}

    /**
     * Groups of a node, in the order of their names.
     *
     * @param more whether there are others behind the last
     */
    public record Groups(List<GroupId> groups, boolean more) {
        public Groups {
            groups = List.copyOf(groups);
        }
    }

    /**
     * The directory.
     *
     * @param hosted the groups at this moment, in any order; called by the directory's thread
     */
    public static Behavior<ListGroups> create(Supplier<Collection<GroupId>> hosted) {
        return Behaviors.receive(ListGroups.class)
                .onMessage(ListGroups.class, question -> {
                    List<GroupId> rest = hosted.get().stream()
                            .filter(group -> question.after()
                                    .filter(after -> after.compareTo(group) >= 0)
                                    .isEmpty())
                            .sorted()
                            .limit(MAX_PER_MESSAGE + 1L)
                            .toList();
                    boolean more = rest.size() > MAX_PER_MESSAGE;
                    question.replyTo().tell(new Groups(more ? rest.subList(0, MAX_PER_MESSAGE) : rest, more));
                    return Behaviors.same();
                })
                .build();
    }
}
