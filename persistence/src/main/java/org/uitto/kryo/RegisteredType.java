package org.uitto.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import java.util.function.Function;

/**
 * A class and the id it goes by.
 *
 * @param type the class
 * @param id what is written instead of its name
 * @param manifest the id in decimal, which is what Pekko carries beside the bytes
 * @param layout makes the Kryo serializer for one Kryo instance
 * @param origin where the registration was written, for errors
 */
record RegisteredType(
        Class<?> type, int id, String manifest, Function<Kryo, ? extends Serializer<?>> layout, String origin) {
    /** The first id that is free for users. */
    static final int FIRST_USER_ID = 1000;

    /** The first id for Uitto's own messages and events; those below are the built-in types'. */
    static final int FIRST_UITTO_ID = 100;

    RegisteredType(Class<?> type, int id, Function<Kryo, ? extends Serializer<?>> layout, String origin) {
        this(type, id, Integer.toString(id), layout, origin);
    }
}
