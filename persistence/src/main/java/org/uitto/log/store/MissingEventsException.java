package org.uitto.log.store;

import java.util.Optional;
import org.uitto.damage.DamagedEvents;

/** A log was read back without events that the journal had acknowledged. What is left of it is not a log of this node. */
final class MissingEventsException extends IllegalStateException implements DamagedEvents {
    private static final long serialVersionUID = 1L;

    private final String persistenceId;

    MissingEventsException(String persistenceId, String what) {
        super(what + ": events are missing from the journal");
        this.persistenceId = persistenceId;
    }

    @Override
    public Optional<String> persistenceId() {
        return Optional.of(persistenceId);
    }
}
