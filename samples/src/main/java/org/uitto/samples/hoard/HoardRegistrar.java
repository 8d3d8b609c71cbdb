package org.uitto.samples.hoard;

import org.uitto.kryo.KryoRegistrar;
import org.uitto.kryo.KryoRegistrations;

/** Gives the state of the hoard its id and its layout; named in {@code application.conf}. */
public final class HoardRegistrar implements KryoRegistrar {
    private static final int SHELVES = 1060;

    /** Called when the actor system starts. */
    public HoardRegistrar() {}

    @Override
    public void register(KryoRegistrations registrations) {
        registrations.register(Shelves.class, SHELVES, new Shelves.Layout(registrations.limits()));
    }
}
