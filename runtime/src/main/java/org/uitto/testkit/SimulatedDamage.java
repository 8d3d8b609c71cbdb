package org.uitto.testkit;

import java.util.Optional;
import org.uitto.damage.DamagedEvents;

/** A simulated disk has found events to be other than they were written. */
final class SimulatedDamage extends RuntimeException implements DamagedEvents {
    private static final long serialVersionUID = 1L;

    private final String persistenceId;

    SimulatedDamage(String persistenceId) {
        super("The events of " + persistenceId + " are damaged");
        this.persistenceId = persistenceId;
    }

    @Override
    public Optional<String> persistenceId() {
        return Optional.of(persistenceId);
    }
}
