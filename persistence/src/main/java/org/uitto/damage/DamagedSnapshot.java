package org.uitto.damage;

/** Borne by the exceptions that say of a snapshot that it is not as it was written, or that a part of it is gone. */
public interface DamagedSnapshot {
    /** Whether {@code failure}, or one of its causes, tells of a damaged snapshot. */
    static boolean isIn(Throwable failure) {
        return Causes.first(DamagedSnapshot.class, failure).isPresent();
    }
}
