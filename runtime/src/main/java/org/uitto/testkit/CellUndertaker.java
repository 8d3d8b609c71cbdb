package org.uitto.testkit;

import org.apache.pekko.actor.ActorCell;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorRefWithCell;
import org.apache.pekko.dispatch.Mailbox;
import org.apache.pekko.dispatch.sysmsg.DeathWatchNotification;
import org.apache.pekko.dispatch.sysmsg.SystemMessage;
import org.apache.pekko.dispatch.sysmsg.Unwatch;
import org.apache.pekko.dispatch.sysmsg.Watch;
import org.jspecify.annotations.Nullable;

/**
 * Takes the actors of a dead node away without a line of theirs being run. Each cell loses its actor first, then stops as
 * any other: a cell without an actor has no {@code postStop} to call, but still tells its parent and its watchers.
 *
 * <p>It reaches into Pekko's internals, which are public to Java: {@code ActorCell.clearFieldsForTermination} and the
 * queue of system messages. Tests hold that this works with the Pekko in use.
 */
final class CellUndertaker {
    private CellUndertaker() {}

    /** Buries the child {@code name} of {@code parent}, if it has one, and all below that child. */
    static void buryChild(ActorRef parent, String name) {
        if (parent instanceof ActorRefWithCell ref && ref.underlying() instanceof ActorCell cell) {
            cell.findChild(name).ifPresent(CellUndertaker::bury);
        }
    }

    private static void bury(ActorRef actor) {
        if (actor instanceof ActorRefWithCell ref && ref.underlying() instanceof ActorCell cell) {
            bury(cell);
        }
    }

    private static void bury(ActorCell cell) {
        Iterable<ActorRef> children = cell.getChildren();
        Mailbox mailbox = cell.mailbox();
        if (!mailbox.isClosed()) {
            forgetAllButWatching(mailbox);
            cell.clearFieldsForTermination();
            cell.stop();
        }
        children.forEach(CellUndertaker::bury);
    }

    /** Removes what would run code of the actor, such as its creation or restart; who watches whom must stay known. */
    private static void forgetAllButWatching(Mailbox mailbox) {
        SystemMessage newest = mailbox.systemQueueGet();
        SystemMessage kept = null;
        SystemMessage lastKept = null;
        SystemMessage message = newest;
        while (message != null) {
            SystemMessage older = message.next();
            message.unlink();
            if (isOfWatching(message)) {
                if (lastKept == null) {
                    kept = message;
                } else {
                    lastKept.next_$eq(message);
                }
                lastKept = message;
            }
            message = older;
        }
        replaceQueue(mailbox, newest, kept);
    }

    @SuppressWarnings("NullAway") // The empty queue is null in Pekko.
    private static void replaceQueue(Mailbox mailbox, @Nullable SystemMessage old, @Nullable SystemMessage kept) {
        mailbox.systemQueuePut(old, kept);
    }

    private static boolean isOfWatching(SystemMessage message) {
        return message instanceof Watch || message instanceof Unwatch || message instanceof DeathWatchNotification;
    }
}
