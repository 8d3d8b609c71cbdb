package org.uitto.testkit;

import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.dispatch.Mailbox;
import org.apache.pekko.dispatch.sysmsg.Failed;
import org.apache.pekko.dispatch.sysmsg.SystemMessage;
import org.apache.pekko.event.Logging;

/**
 * Finds out about exceptions that Pekko would deal with quietly: those of actors, by the message with which an actor
 * tells its parent, before the parent's supervision gets to see it; those of tasks, {@code postStop} and the like, by the
 * event that Pekko publishes for them.
 */
final class FailedActors extends Logging.StandardOutLogger {
    private final World world;

    FailedActors(World world) {
        this.world = world;
    }

    /** Fails the run if a child of the actor of {@code mailbox} has failed. */
    static void reportTo(World world, Mailbox mailbox) {
        SystemMessage message = mailbox.isClosed() ? null : mailbox.systemQueueGet();
        while (message != null) {
            if (message instanceof Failed failed
                    && !world.isGhost(failed.child().path())) {
                world.fail(new ActorFailure(failed.child(), failed.cause()));
            }
            message = message.next();
        }
    }

    /** Receives what Pekko publishes as an error, on the thread and in the step where it happens. */
    @Override
    public void $bang(Object event, ActorRef sender) {
        if (event instanceof Logging.Error error) {
            world.fail(new ActorFailure(error));
        }
    }
}
