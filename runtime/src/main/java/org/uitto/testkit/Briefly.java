package org.uitto.testkit;

import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/** Users' values as short texts: a record by its name and its components but for refs, anything else by {@code toString}. */
final class Briefly {
    private static final int LONGEST = 160;

    private Briefly() {}

    static String text(Object value) {
        String text = value instanceof Record data ? recordText(data) : String.valueOf(value);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST - 3) + "...";
    }

    /** The ref that a record holds; of several the first. */
    static Optional<ActorRef<?>> refIn(Object value) {
        if (value instanceof Record data) {
            for (RecordComponent component : data.getClass().getRecordComponents()) {
                if (ActorRef.class.isAssignableFrom(component.getType())) {
                    try {
                        component.getAccessor().trySetAccessible();
                        return Optional.ofNullable(
                                (ActorRef<?>) component.getAccessor().invoke(data));
                    } catch (ReflectiveOperationException e) {
                        return Optional.empty(); // One that won't show its components.
                    }
                }
            }
        }
        return Optional.empty();
    }

    private static String recordText(Record data) {
        List<String> parts = new ArrayList<>();
        for (RecordComponent component : data.getClass().getRecordComponents()) {
            if (ActorRef.class.isAssignableFrom(component.getType())) {
                continue;
            }
            try {
                component.getAccessor().trySetAccessible();
                parts.add(component.getName() + "=" + component.getAccessor().invoke(data));
            } catch (ReflectiveOperationException e) {
                return data.toString(); // One that won't show its components one by one.
            }
        }
        String name = data.getClass().getSimpleName();
        return parts.isEmpty() ? name : name + "[" + String.join(", ", parts) + "]";
    }
}
