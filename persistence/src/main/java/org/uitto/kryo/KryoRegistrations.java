package org.uitto.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import java.util.function.Function;

/**
 * Where a {@link KryoRegistrar} puts its classes.
 *
 * <p>An id is written instead of the class name, to the wire and to disk, so it is never given to another class. Ids from
 * 1000 on are free; those below belong to Uitto. Every method throws {@link org.apache.pekko.ConfigurationException} if the
 * id or the class is taken, which stops the actor system from starting.
 *
 * <p>A hand-written layout writes from the beginning to the end: what is large, such as a snapshot, goes out piece by piece, so the
 * position of the output can't be set back.
 */
public interface KryoRegistrations {
    /**
     * Registers a class with the layout that suits its kind: a record component by component, an enum by name, an array, a
     * collection or a map element by element, any other class field by field.
     *
     * @throws org.apache.pekko.ConfigurationException also if no object can be of exactly this class
     */
    void register(Class<?> type, int id);

    /**
     * Registers a class with a hand-written layout.
     *
     * @param serializer is used by many threads at once, so it must hold no state of a message
     */
    <T> void register(Class<T> type, int id, Serializer<? super T> serializer);

    /**
     * Registers a class with a layout made for each Kryo instance, for a serializer that cannot be shared by threads.
     *
     * @param factory is called whenever a further Kryo instance is needed
     */
    <T> void register(Class<T> type, int id, Function<Kryo, ? extends Serializer<? super T>> factory);

    /** Writes and reads typed actor references inside a hand-written layout. */
    ActorRefSerializer actorRefs();

    /** Writes and reads counts inside a hand-written layout, refusing those that cannot be true. */
    KryoLimits limits();
}
