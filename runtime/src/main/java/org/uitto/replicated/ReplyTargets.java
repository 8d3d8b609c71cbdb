package org.uitto.replicated;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Finds whom a command wants answered: the one {@link ActorRef} that a method without arguments of it returns, such as a
 * record's component. With it, the reply can travel with others, and a failure can be told to whoever asks.
 */
final class ReplyTargets {
    private static final ClassValue<Optional<Method>> ACCESSORS = new ClassValue<>() {
        @Override
        protected Optional<Method> computeValue(Class<?> type) {
            return accessorOf(type);
        }
    };

    private ReplyTargets() {}

    /** The ref in {@code command}; empty if it has none or several. */
    @SuppressWarnings("unchecked")
    static Optional<ActorRef<Object>> of(Object command) {
        Optional<Method> accessor = ACCESSORS.get(command.getClass());
        if (accessor.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.ofNullable((ActorRef<Object>) accessor.orElseThrow().invoke(command));
        } catch (ReflectiveOperationException e) {
            return Optional.empty(); // A command that won't say is one that has none.
        }
    }

    /** Whether {@code command} is of a class in which {@link #of} finds one. */
    static boolean isIn(Object command) {
        return ACCESSORS.get(command.getClass()).isPresent();
    }

    private static Optional<Method> accessorOf(Class<?> type) {
        var accessors = Arrays.stream(type.getMethods())
                .filter(method -> method.getParameterCount() == 0
                        && !Modifier.isStatic(method.getModifiers())
                        && ActorRef.class.isAssignableFrom(method.getReturnType()))
                .toList();
        return accessors.size() == 1 && accessors.get(0).trySetAccessible()
                ? Optional.of(accessors.get(0))
                : Optional.empty();
    }
}
