package org.uitto.kryo;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigValue;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.ConfigurationException;

/** Reads {@code uitto.kryo.registrations} and {@code uitto.kryo.registrars}. */
final class ConfiguredRegistrations {
    static final String REGISTRATIONS = "uitto.kryo.registrations";
    static final String REGISTRARS = "uitto.kryo.registrars";

    private final ClassLoader classLoader;
    private final RegistrationTableBuilder table;

    ConfiguredRegistrations(ClassLoader classLoader, RegistrationTableBuilder table) {
        this.classLoader = classLoader;
        this.table = table;
    }

    /** Registers all that the block {@code uitto.kryo} names: what the registrars know first. */
    void register(Config kryo) {
        for (Map.Entry<String, ConfigValue> registrar : new TreeMap<>(kryo.getObject("registrars")).entrySet()) {
            callRegistrar(REGISTRARS + "." + registrar.getKey(), registrar.getValue());
        }
        TreeMap<String, ConfigValue> lines = new TreeMap<>(kryo.getObject("registrations"));
        for (Map.Entry<String, ConfigValue> line : lines.entrySet()) {
            String origin = REGISTRATIONS + " (" + line.getValue().origin().description() + ")";
            table.from(origin);
            table.stillToCome(
                    lines.tailMap(line.getKey(), false).values().stream().flatMapToInt(ConfiguredRegistrations::ids));
            if (line.getValue() instanceof ConfigObject family) {
                registerFamily(origin, line.getKey(), family);
            } else {
                table.register(load(origin, line.getKey()), id(origin, line.getKey(), line.getValue()));
            }
        }
    }

    /** What {@code line} says, or each member of its family, where it is a number. */
    private static IntStream ids(ConfigValue line) {
        Stream<ConfigValue> members = line instanceof ConfigObject family ? family.values().stream() : Stream.of(line);
        return members.map(ConfigValue::unwrapped)
                .filter(Integer.class::isInstance)
                .mapToInt(Integer.class::cast);
    }

    private void callRegistrar(String path, ConfigValue value) {
        String origin = path + " = " + value.unwrapped();
        Class<?> type = load(origin, String.valueOf(value.unwrapped()));
        if (!KryoRegistrar.class.isAssignableFrom(type)) {
            throw new ConfigurationException(
                    origin + ": the class does not implement " + KryoRegistrar.class.getName() + ".");
        }
        KryoRegistrar registrar;
        try {
            registrar = (KryoRegistrar) type.getConstructor().newInstance();
        } catch (ReflectiveOperationException e) {
            throw new ConfigurationException(
                    origin + ": the class could not be made. It must be public, with a public constructor without"
                            + " parameters that does not fail.",
                    e);
        }
        registrar.register(table.from(origin));
    }

    private void registerFamily(String origin, String name, ConfigObject family) {
        Class<?> sealed = load(origin, name);
        if (!sealed.isSealed()) {
            throw new ConfigurationException(origin + ": \"" + name + "\" is not sealed, so its classes are not known."
                    + " Give each of them a line of its own, \"<class>\" = <id>.");
        }
        Map<String, Class<?>> permitted = PermittedClasses.of(sealed);
        for (String member : new TreeMap<>(family).keySet()) {
            if (!permitted.containsKey(member)) {
                throw new ConfigurationException(origin + ": \"" + name + "\" permits no class " + member
                        + ". It permits " + String.join(", ", permitted.keySet()) + ".");
            }
        }
        List<String> forgotten = new ArrayList<>();
        permitted.forEach((member, type) -> {
            ConfigValue id = family.get(member);
            if (id == null) {
                forgotten.add(member);
            } else {
                table.register(type, id(origin, member, id));
            }
        });
        if (!forgotten.isEmpty()) {
            throw new ConfigurationException(origin + ": \"" + name + "\" permits " + String.join(", ", forgotten)
                    + " too, without an id. Add " + forgotten.get(0) + " = " + table.freeId() + ".");
        }
    }

    private int id(String origin, String name, ConfigValue value) {
        if (value.unwrapped() instanceof Integer id) {
            return id;
        }
        throw new ConfigurationException(origin + ": the id of \"" + name + "\" is " + value.render()
                + ", which is not an int. Give it a number, such as " + table.freeId() + ".");
    }

    private Class<?> load(String origin, String name) {
        return find(name)
                .orElseThrow(() ->
                        new ConfigurationException(origin + ": class \"" + name + "\" was not found. " + hint(name)));
    }

    private String hint(String name) {
        String candidate = name;
        for (int dot = candidate.lastIndexOf('.'); dot > 0; dot = candidate.lastIndexOf('.', dot)) {
            candidate = candidate.substring(0, dot) + '$' + candidate.substring(dot + 1);
            if (find(candidate).isPresent()) {
                return "Did you mean \"" + candidate + "\"?";
            }
        }
        return "Is it on the class path, and its name in quotes, with $ before the name of a nested class?";
    }

    private Optional<Class<?>> find(String name) {
        if (name.endsWith("[]")) {
            return find(name.substring(0, name.length() - 2))
                    .map(component -> Array.newInstance(component, 0).getClass());
        }
        try {
            return Optional.of(Class.forName(name, false, classLoader));
        } catch (ClassNotFoundException | LinkageError e) {
            return Optional.empty();
        }
    }
}
