/**
 * A Pekko serializer over Kryo in which every class has a fixed id.
 *
 * <p>Nothing is written by class name and nothing is written unless it was registered: {@code uitto.kryo.registrations} and
 * {@link org.uitto.kryo.KryoRegistrar} give a class its id, {@link org.uitto.kryo.KryoSerializer} is what Pekko calls, and
 * {@link org.uitto.kryo.KryoCodec} is the same without Pekko's envelope, for callers that batch. What is read is taken to be
 * damaged or hostile until it has been read to its last byte: a length is believed only if the bytes that are left can hold
 * it.
 *
 * <p>A layout never changes once it has been released. A better layout gets a new id, and the old one stays readable.
 */
@NullMarked
package org.uitto.kryo;

import org.jspecify.annotations.NullMarked;
