package org.uitto.lease;

import org.uitto.kryo.KryoRegistrar;
import org.uitto.kryo.KryoRegistrations;

/** The layouts of what keepers and the registry say to each other, and of what is in its log; named in {@code uitto.kryo.registrars}. */
public final class LeaseRegistrar implements KryoRegistrar {
    /** Called when the actor system starts. */
    public LeaseRegistrar() {}

    @Override
    public void register(KryoRegistrations registrations) {
        registrations.register(Claim.class, 180);
        registrations.register(LeaseCommand.Acquire.class, 181);
        registrations.register(LeaseCommand.Renew.class, 182);
        registrations.register(LeaseCommand.Release.class, 183);
        registrations.register(LeaseReply.Held.class, 184);
        registrations.register(LeaseReply.NotHeld.class, 185);
        registrations.register(LeaseReply.Taken.class, 186);
        registrations.register(LeaseEvent.Granted.class, 187);
        registrations.register(LeaseEvent.Released.class, 188);
        registrations.register(LeaseRegistry.Tenancy.class, 189);
        registrations.register(LeaseRegistry.State.class, 190);
    }
}
