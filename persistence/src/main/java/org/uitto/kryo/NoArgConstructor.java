package org.uitto.kryo;

import com.esotericsoftware.kryo.KryoException;
import java.lang.reflect.Constructor;
import java.util.function.Supplier;
import org.apache.pekko.ConfigurationException;

/** Makes empty collections and maps of a class that a user registered. */
final class NoArgConstructor {
    private NoArgConstructor() {}

    static <T> Supplier<T> of(Class<? extends T> type) {
        Constructor<? extends T> constructor;
        try {
            constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
        } catch (NoSuchMethodException | RuntimeException e) {
            throw new ConfigurationException(
                    type.getName() + " has no constructor without parameters that Uitto may call, so it cannot be read"
                            + " element by element. Register it in a KryoRegistrar with a serializer of its own.",
                    e);
        }
        return () -> {
            try {
                return constructor.newInstance();
            } catch (ReflectiveOperationException e) {
                throw new KryoException("The constructor of " + type.getName() + " failed.", e);
            }
        };
    }
}
