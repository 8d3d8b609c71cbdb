package org.uitto.kryo;

import com.esotericsoftware.kryo.KryoException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Thrown inside Kryo on meeting a class without an id; gathers the way to it while it passes the enclosing objects. */
final class UnregisteredClassInGraph extends KryoException {
    private static final long serialVersionUID = 1L;

    private final transient Class<?> type;
    private final transient List<String> innermostFirst = new ArrayList<>();

    UnregisteredClassInGraph(Class<?> type) {
        super("Class " + type.getName() + " has no id.");
        this.type = type;
    }

    Class<?> type() {
        return type;
    }

    /** From the message to the value, such as {@code lines of Order -> note of Line}; empty for the message itself. */
    String path() {
        List<String> outermostFirst = new ArrayList<>(innermostFirst);
        Collections.reverse(outermostFirst);
        return String.join(" -> ", outermostFirst);
    }

    @Override
    public void addTrace(String info) {
        innermostFirst.add(info);
    }
}
