package org.uitto.kryo;

import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The concrete classes of a sealed family. */
final class PermittedClasses {
    private PermittedClasses() {}

    /** By simple name, in the order of the {@code permits} clause; by full name where two have the same simple name. */
    static Map<String, Class<?>> of(Class<?> sealed) {
        List<Class<?>> concrete = new ArrayList<>();
        gather(sealed, concrete);
        Map<String, Class<?>> byName = new LinkedHashMap<>();
        for (Class<?> type : concrete) {
            boolean ambiguous = concrete.stream()
                    .anyMatch(other -> other != type && other.getSimpleName().equals(type.getSimpleName()));
            byName.put(ambiguous ? type.getName() : type.getSimpleName(), type);
        }
        return byName;
    }

    /** The HOCON that registers the whole family, from {@code firstId} on. */
    static String example(Class<?> sealed, int firstId) {
        List<String> lines = new ArrayList<>();
        for (String name : of(sealed).keySet()) {
            lines.add((name.indexOf('.') < 0 ? name : '"' + name + '"') + " = " + (firstId + lines.size()));
        }
        return String.join(", ", lines);
    }

    private static void gather(Class<?> type, List<Class<?>> concrete) {
        if (!Modifier.isAbstract(type.getModifiers()) || type.isEnum()) {
            if (!concrete.contains(type)) {
                concrete.add(type);
            }
        }
        if (type.isSealed() && !type.isEnum()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                gather(permitted, concrete);
            }
        }
    }
}
