package org.uitto.kryo;

/**
 * Gives ids to a library's or an application's classes in code. Named in {@code uitto.kryo.registrars}, made with its public
 * constructor without parameters, and asked once per actor system, while that starts: it must not wait for anything of the
 * system.
 */
public interface KryoRegistrar {
    /** Registers the classes, the same ones with the same ids at every start and on every node. */
    void register(KryoRegistrations registrations);
}
