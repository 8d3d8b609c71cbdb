package org.uitto.replicated;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Where the nodes of one group may be: those that were named at first, and those that the group has named since. The first are
 * never forgotten, the others when so many have come later that they are not likely to be there any more. Thread-safe.
 */
public final class KnownContacts {
    /** More than a group has members, several times over. */
    private static final int MAX_LEARNED = 64;

    private final List<String> first;

    /** Guarded by this object's lock; the newest last. */
    private final Set<String> learned = new LinkedHashSet<>();

    /** At first, {@code first}. */
    public KnownContacts(List<String> first) {
        this.first = List.copyOf(first);
    }

    /** The group has members at {@code contacts}. */
    public synchronized void learn(Collection<String> contacts) {
        for (String contact : contacts) {
            if (!first.contains(contact)) {
                learned.remove(contact);
                learned.add(contact);
            }
        }
        Iterator<String> oldest = learned.iterator();
        while (learned.size() > MAX_LEARNED) {
            oldest.next();
            oldest.remove();
        }
    }

    /** All, those that were named at first before the others. */
    public synchronized List<String> all() {
        List<String> all = new ArrayList<>(first);
        all.addAll(learned);
        return all;
    }
}
