package org.uitto.damage;

import java.util.Optional;

/** Borne by the exceptions of a journal that has found acknowledged events to be other than they were written, or gone. */
public interface DamagedEvents {
    /** Whose events they are; empty if that can't be told, and then nothing of the journal can be had. */
    Optional<String> persistenceId();
}
