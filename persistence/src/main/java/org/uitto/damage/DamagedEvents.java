package org.uitto.damage;

import java.util.Optional;

/** Borne by the exceptions of a journal that has found acknowledged events to be other than they were written, or gone. */
public interface DamagedEvents {
    /** Whose events they are; empty if that can't be told, and then nothing of the journal can be had. */
    Optional<String> persistenceId();

    /** What {@code failure}, or the first of its causes that does, tells of damaged events; empty if none does. */
    static Optional<DamagedEvents> in(Throwable failure) {
        return Causes.first(DamagedEvents.class, failure);
    }
}
