package org.uitto.lease;

import java.time.Duration;
import org.uitto.kryo.KryoSerializable;

/** What changes who has which lease. Renewals do not, so they are not in the log. */
sealed interface LeaseEvent extends KryoSerializable {
    /** The name of the lease. */
    String lease();

    /** The lease belongs to {@code claim} from now on, and to nobody else until {@code timeout} after it was last renewed. */
    record Granted(String lease, Claim claim, Duration timeout) implements LeaseEvent {}

    /** The lease belongs to nobody. */
    record Released(String lease) implements LeaseEvent {}
}
