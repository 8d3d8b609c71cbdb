package org.uitto.testkit;

import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.event.Logging;

/** An exception that came out of an actor or a task; the cause is the exception itself. */
final class ActorFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ActorFailure(ActorRef actor, Throwable cause) {
        super(actor.path().toStringWithoutAddress() + ": " + cause, cause);
    }

    ActorFailure(Logging.Error error) {
        super(error.logSource() + ": " + error.message() + ": " + error.cause(), error.cause());
    }
}
