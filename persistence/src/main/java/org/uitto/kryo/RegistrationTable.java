package org.uitto.kryo;

import java.util.Collection;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** Which class has which id. Complete when it is made, and immutable from then on, so any thread may read it. */
final class RegistrationTable {
    private final Map<Class<?>, RegisteredType> byClass;
    private final Map<Integer, RegisteredType> byId = new HashMap<>();
    private final Map<String, RegisteredType> byManifest = new HashMap<>();

    /** @param byClass the registered classes, and further classes that are written as if they were one of them */
    RegistrationTable(Map<Class<?>, RegisteredType> byClass) {
        this.byClass = new HashMap<>(byClass);
        for (RegisteredType registered : byClass.values()) {
            byId.put(registered.id(), registered);
            byManifest.put(registered.manifest(), registered);
        }
    }

    Collection<RegisteredType> all() {
        return Collections.unmodifiableCollection(byId.values());
    }

    @Nullable
    RegisteredType byId(int id) {
        return byId.get(id);
    }

    @Nullable
    RegisteredType byManifest(String manifest) {
        return byManifest.get(manifest);
    }

    /** The registration under which objects of this very class are written, or null if there is none. */
    @Nullable
    RegisteredType of(Class<?> type) {
        RegisteredType registered = byClass.get(type);
        return registered != null ? registered : byClass.get(family(type));
    }

    /** An id for a further class: one more than the largest. */
    int freeId() {
        int largest = RegisteredType.FIRST_USER_ID - 1;
        for (RegisteredType registered : byId.values()) {
            largest = Math.max(largest, registered.id());
        }
        return largest + 1;
    }

    /** The class that stands for all those that nobody can name: implementations of actor references, enum constants. */
    private static Class<?> family(Class<?> type) {
        if (ActorRef.class.isAssignableFrom(type)) {
            return ActorRef.class;
        }
        if (org.apache.pekko.actor.ActorRef.class.isAssignableFrom(type)) {
            return org.apache.pekko.actor.ActorRef.class;
        }
        if (EnumSet.class.isAssignableFrom(type)) {
            return EnumSet.class;
        }
        return Enum.class.isAssignableFrom(type) && type.getSuperclass() != Enum.class ? type.getSuperclass() : type;
    }
}
