package org.uitto.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.util.EnumMap;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** The layouts of EnumSet and EnumMap: the id of the enum's class, then the elements or entries as in other collections. */
@SuppressWarnings({"rawtypes", "unchecked"})
final class EnumCollectionLayout {
    private EnumCollectionLayout() {}

    /** An EnumSet. */
    static final class Elements extends Serializer<EnumSet> {
        private final ElementSequence elements;

        Elements(KryoLimits limits) {
            this.elements = new ElementSequence(limits);
        }

        @Override
        public void write(Kryo kryo, Output output, EnumSet set) {
            EnumSet<?> witnesses = set.isEmpty() ? EnumSet.complementOf(set) : set;
            if (witnesses.isEmpty()) {
                throw new KryoException("An EnumSet of an enum without constants cannot be written.");
            }
            kryo.writeClass(output, witnesses.iterator().next().getDeclaringClass());
            elements.write(kryo, output, set.size(), set);
        }

        @Override
        public EnumSet read(Kryo kryo, Input input, Class<? extends EnumSet> type) {
            EnumSet set = EnumSet.noneOf((Class) readEnumClass(kryo, input));
            set.addAll(elements.read(kryo, input));
            return set;
        }
    }

    /** An EnumMap. */
    static final class Entries extends Serializer<EnumMap> {
        private final KryoLimits limits;

        Entries(KryoLimits limits) {
            this.limits = limits;
        }

        @Override
        public void write(Kryo kryo, Output output, EnumMap map) {
            Class<?> keyType = map.isEmpty()
                    ? KeyTypeWitness.keyTypeOf(map)
                    : ((Enum<?>) map.keySet().iterator().next()).getDeclaringClass();
            kryo.writeClass(output, keyType);
            MapLayout.writeEntries(kryo, output, map, limits);
        }

        @Override
        public EnumMap read(Kryo kryo, Input input, Class<? extends EnumMap> type) {
            EnumMap map = new EnumMap((Class) readEnumClass(kryo, input));
            MapLayout.readEntries(kryo, input, map, limits);
            return map;
        }
    }

    private static Class<?> readEnumClass(Kryo kryo, Input input) {
        Registration registration = kryo.readClass(input);
        if (registration == null || !registration.getType().isEnum()) {
            throw new KryoException("The class of an EnumSet or EnumMap is no enum: " + registration);
        }
        return registration.getType();
    }

    /**
     * Finds the key type of an empty EnumMap, which no method tells: Java serialization, whose bytes are thrown away, shows
     * it the class on the way.
     */
    private static final class KeyTypeWitness extends ObjectOutputStream {
        private @Nullable Class<?> keyType;

        private KeyTypeWitness() throws IOException {
            super(OutputStream.nullOutputStream());
        }

        static Class<?> keyTypeOf(EnumMap emptyMap) {
            try (KeyTypeWitness witness = new KeyTypeWitness()) {
                witness.writeObject(emptyMap);
                if (witness.keyType != null) {
                    return witness.keyType;
                }
            } catch (IOException e) {
                throw new KryoException("The key type of an empty EnumMap could not be found.", e);
            }
            throw new KryoException("The key type of an empty EnumMap could not be found.");
        }

        @Override
        protected void annotateClass(Class<?> type) {
            if (type.isEnum()) {
                keyType = type;
            }
        }
    }
}
