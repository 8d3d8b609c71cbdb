package org.uitto.lease;

import java.util.Optional;
import org.uitto.lease.LeaseKeeper.Tenure;

/** Until when a keeper has its lease, as the keeper says and anyone may read. Thread-safe. */
final class SharedTenure {
    private volatile Optional<Tenure> held = Optional.empty();

    Optional<Tenure> held() {
        return held;
    }

    void hold(Tenure tenure) {
        held = Optional.of(tenure);
    }

    void end() {
        held = Optional.empty();
    }

    boolean isValidAt(long nowNanos) {
        return held.filter(tenure -> tenure.isValidAt(nowNanos)).isPresent();
    }
}
