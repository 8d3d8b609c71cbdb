package org.uitto.kryo;

/**
 * Marks messages and events for {@link KryoSerializer}: {@code reference.conf} binds this interface to it, so that a class
 * that implements it, or whose sealed interface extends it, needs no line in {@code pekko.actor.serialization-bindings}. It
 * still needs an id in {@code uitto.kryo.registrations}.
 */
public interface KryoSerializable {}
