package org.uitto.lease;

import org.uitto.kryo.KryoSerializable;

/**
 * Who wants a lease, or has it.
 *
 * @param owner the name under which the application asks for the lease; no two processes may use the same at a time
 * @param session names the keeper that asks: another start of the owner is another session
 * @param attempt counts up with each attempt of the session to acquire the lease, from 1; what is said late of an earlier
 *     attempt has no effect on a later one
 */
record Claim(String owner, long session, long attempt) implements KryoSerializable {
    /** Whether this and {@code other} are attempts of one session, and this is not the later one. */
    boolean isNoLaterThan(Claim other) {
        return session == other.session && attempt <= other.attempt;
    }
}
