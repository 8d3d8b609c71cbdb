package org.uitto.samples.kv;

import org.uitto.kryo.KryoRegistrar;
import org.uitto.kryo.KryoRegistrations;

/** Gives the state of the keyed store its id and its layout; named in {@code application.conf}. */
public final class KeyedStoreRegistrar implements KryoRegistrar {
    private static final int ENTRIES = 1020;

    /** Called when the actor system starts. */
    public KeyedStoreRegistrar() {}

    @Override
    public void register(KryoRegistrations registrations) {
        registrations.register(Entries.class, ENTRIES, new Entries.Layout(registrations.limits()));
    }
}
