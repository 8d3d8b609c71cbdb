package org.uitto.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.ImmutableSerializer;
import java.util.HashMap;
import java.util.Map;

/**
 * An enum constant by its name. Kryo writes the ordinal, which a constant put in between silently turns into another
 * constant.
 */
final class EnumLayout<E extends Enum<E>> extends ImmutableSerializer<E> {
    private final Class<E> type;
    private final Map<String, E> byName = new HashMap<>();

    EnumLayout(Class<E> type) {
        this.type = type;
        for (E constant : type.getEnumConstants()) {
            byName.put(constant.name(), constant);
        }
    }

    @Override
    public void write(Kryo kryo, Output output, E constant) {
        output.writeString(constant.name());
    }

    @Override
    public E read(Kryo kryo, Input input, Class<? extends E> same) {
        String name = input.readString();
        E constant = byName.get(name);
        if (constant == null) {
            throw new KryoException(type.getName() + " has no constant " + name + " on this node.");
        }
        return constant;
    }
}
