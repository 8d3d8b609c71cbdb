package org.uitto.kryo;

import com.esotericsoftware.kryo.ClassResolver;
import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Registration;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Writes a class as its id plus 1, and null as 0, in a variable-length int. Knows no names: a name in the bytes cannot make
 * it load a class. One per Kryo instance, whose serializers it makes when they are first needed.
 */
@SuppressWarnings("rawtypes")
final class FixedClassResolver implements ClassResolver {
    private final RegistrationTable table;
    private final Map<Class<?>, Registration> byClass = new HashMap<>();
    private final Map<Integer, Registration> byId = new HashMap<>();
    private @Nullable Kryo kryo;
    private boolean open;

    FixedClassResolver(RegistrationTable table) {
        this.table = table;
    }

    /** Ends the time in which Kryo's constructor registers its own choice of classes, which is ignored. */
    void open() {
        open = true;
    }

    @Override
    public void setKryo(Kryo kryo) {
        this.kryo = kryo;
    }

    @Override
    public Registration register(Registration registration) {
        if (open) {
            throw new IllegalStateException("Class " + registration.getType().getName() + " is registered too late."
                    + " Register it in uitto.kryo.registrations or in a KryoRegistrar.");
        }
        return registration;
    }

    @Override
    public @Nullable Registration unregister(int classId) {
        return null;
    }

    @Override
    public Registration registerImplicit(Class type) {
        throw new UnregisteredClassInGraph(type);
    }

    @Override
    public @Nullable Registration getRegistration(Class type) {
        Registration registration = byClass.get(type);
        return registration != null || !open ? registration : find(type);
    }

    @Override
    public @Nullable Registration getRegistration(int classId) {
        Registration registration = byId.get(classId);
        if (registration != null || !open) {
            return registration;
        }
        RegisteredType registered = table.byId(classId);
        return registered == null ? null : instantiate(registered);
    }

    @Override
    public @Nullable Registration writeClass(Output output, @Nullable Class type) {
        if (type == null) {
            output.writeByte(0);
            return null;
        }
        Registration registration = Objects.requireNonNull(kryo).getRegistration(type);
        output.writeVarInt(registration.getId() + 1, true);
        return registration;
    }

    @Override
    public @Nullable Registration readClass(Input input) {
        int written = input.readVarInt(true);
        if (written == 0) {
            return null;
        }
        Registration registration = getRegistration(written - 1);
        if (registration == null) {
            throw new KryoException(unknownId(written - 1));
        }
        return registration;
    }

    @Override
    public void reset() {
        // Nothing is remembered from one message to the next.
    }

    /** What to say of an id that is in the bytes but not in the table. */
    static String unknownId(int id) {
        return "No class has the id " + id + " on this node. Either the sender is newer or its uitto.kryo.registrations"
                + " differ, or the bytes are damaged: give all nodes the same registrations before any of them uses a new"
                + " class.";
    }

    private @Nullable Registration find(Class<?> type) {
        RegisteredType registered = table.of(type);
        if (registered == null) {
            return null;
        }
        Registration registration = byId.get(registered.id());
        if (registration == null) {
            registration = instantiate(registered);
        }
        byClass.put(type, registration);
        return registration;
    }

    private Registration instantiate(RegisteredType registered) {
        Registration registration = new Registration(
                registered.type(), registered.layout().apply(Objects.requireNonNull(kryo)), registered.id());
        byId.put(registered.id(), registration);
        return registration;
    }
}
