package org.uitto.lease;

import java.time.Duration;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.kryo.KryoSerializable;

/** What keepers ask of the registry. */
sealed interface LeaseCommand extends KryoSerializable {
    /** The name of the lease. */
    String lease();

    /** Who asks. */
    Claim claim();

    /**
     * Asks for the lease; answered with {@link LeaseReply.Held} or {@link LeaseReply.Taken}.
     *
     * @param timeout how long nobody else gets it if it is not renewed
     */
    record Acquire(String lease, Claim claim, Duration timeout, ActorRef<LeaseReply> replyTo) implements LeaseCommand {}

    /** Asks to keep the lease; answered with {@link LeaseReply.Held} or {@link LeaseReply.NotHeld}. */
    record Renew(String lease, Claim claim, ActorRef<LeaseReply> replyTo) implements LeaseCommand {}

    /** Gives the lease back, if this or an earlier attempt has it; answered with {@link LeaseReply.NotHeld}. */
    record Release(String lease, Claim claim, ActorRef<LeaseReply> replyTo) implements LeaseCommand {}
}
