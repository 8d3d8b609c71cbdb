package org.uitto.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.Serializer;
import java.lang.reflect.Modifier;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.pekko.ConfigurationException;
import org.apache.pekko.actor.ExtendedActorSystem;

/** Gathers registrations while an actor system starts, and refuses those that contradict each other. */
final class RegistrationTableBuilder implements KryoRegistrations {
    private static final String BUILT_IN = "Uitto's built-in types";
    private static final int LARGEST_ID = Integer.MAX_VALUE - 1;

    private final Map<Class<?>, RegisteredType> byClass = new LinkedHashMap<>();
    private final Map<Integer, RegisteredType> byId = new HashMap<>();
    private final ActorRefSerializer actorRefs;
    private final KryoLimits limits;
    private String origin = BUILT_IN;
    private int largestToCome;

    RegistrationTableBuilder(ExtendedActorSystem system, KryoLimits limits) {
        this.actorRefs = new ActorRefSerializer(system);
        this.limits = limits;
        new BuiltInTypes(this).register();
    }

    /** Says where the registrations that follow were written. */
    RegistrationTableBuilder from(String newOrigin) {
        this.origin = newOrigin;
        return this;
    }

    /** Says which ids the registrations behind the next one have, so that none of them is proposed. */
    void stillToCome(IntStream ids) {
        largestToCome = ids.filter(id -> id < LARGEST_ID).max().orElse(0);
    }

    RegistrationTable build() {
        return new RegistrationTable(byClass);
    }

    @Override
    public void register(Class<?> type, int id) {
        requireConcrete(type, id);
        put(type, id, kryo -> kryo.getDefaultSerializer(type));
    }

    @Override
    public <T> void register(Class<T> type, int id, Serializer<? super T> serializer) {
        put(type, id, kryo -> serializer);
    }

    @Override
    public <T> void register(Class<T> type, int id, Function<Kryo, ? extends Serializer<? super T>> factory) {
        put(type, id, factory);
    }

    @Override
    public ActorRefSerializer actorRefs() {
        return actorRefs;
    }

    @Override
    public KryoLimits limits() {
        return limits;
    }

    /** Registers a type of the JDK or of Pekko under an id below {@link RegisteredType#FIRST_UITTO_ID}. */
    void builtIn(int id, Class<?> type, Serializer<?> serializer) {
        add(new RegisteredType(type, id, kryo -> serializer, BUILT_IN));
    }

    /** Has objects of class {@code type} written as if they were of class {@code registered}. */
    void writtenAs(Class<?> type, Class<?> registered) {
        byClass.putIfAbsent(type, byClass.get(registered));
    }

    /** An id that nobody takes. */
    int freeId() {
        return Math.max(build().freeId(), largestToCome + 1);
    }

    private void put(Class<?> type, int id, Function<Kryo, ? extends Serializer<?>> layout) {
        requireAllowed(type, id);
        add(new RegisteredType(type, id, layout, origin));
    }

    private void add(RegisteredType added) {
        RegisteredType sameId = byId.get(added.id());
        if (sameId != null) {
            throw refused(
                    added,
                    "the id belongs to " + sameId.type().getName() + " (" + sameId.origin()
                            + "). Give it another id, such as " + freeId() + ".");
        }
        RegisteredType sameClass = byClass.get(added.type());
        if (sameClass != null) {
            throw refused(
                    added,
                    "the class has the id " + sameClass.id() + " already (" + sameClass.origin()
                            + "). Remove one of the two lines.");
        }
        byId.put(added.id(), added);
        byClass.put(added.type(), added);
    }

    private void requireAllowed(Class<?> type, int id) {
        boolean ofUitto = type.getName().startsWith("org.uitto.");
        int first = ofUitto && !origin.startsWith(ConfiguredRegistrations.REGISTRATIONS)
                ? RegisteredType.FIRST_UITTO_ID
                : RegisteredType.FIRST_USER_ID;
        if (id < first || id > LARGEST_ID) {
            throw new ConfigurationException(origin + ": " + type.getName() + " = " + id + " is refused: ids below "
                    + RegisteredType.FIRST_USER_ID + " are reserved for Uitto, and the largest is " + LARGEST_ID + "."
                    + " Give it another id, such as " + freeId() + ".");
        }
    }

    private void requireConcrete(Class<?> type, int id) {
        boolean abstractClass = Modifier.isAbstract(type.getModifiers()) && !type.isArray() && !type.isEnum();
        if (abstractClass || type.isPrimitive()) {
            throw new ConfigurationException(origin + ": " + type.getName() + " = " + id
                    + " is refused: no object is of exactly this class. Register the classes that extend it"
                    + (type.isSealed()
                            ? ", together as \"" + type.getName() + "\" { " + PermittedClasses.example(type, freeId())
                                    + " }."
                            : "."));
        }
    }

    private ConfigurationException refused(RegisteredType type, String reason) {
        return new ConfigurationException(
                origin + ": " + type.type().getName() + " = " + type.id() + " is refused: " + reason);
    }
}
