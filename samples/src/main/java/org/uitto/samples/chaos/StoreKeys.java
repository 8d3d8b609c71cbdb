package org.uitto.samples.chaos;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * The keys that clients work on. Each group of clients has some places for keys, and each place has one key at a time: after
 * a number of operations, or of clients, the next takes its turn, so that checking a history takes time in proportion to its
 * length, however long the run. The first place of each group is for keys that are only appended to and read. Thread-safe.
 */
final class StoreKeys {
    static final int GROUPS = 4;
    static final int CLIENTS_PER_GROUP = 5;
    static final int PLACES_PER_GROUP = 6;

    private static final int OPERATIONS_PER_KEY = 400;

    /** With the one that reads all keys in the end, ten. */
    private static final int CLIENTS_PER_KEY = 9;

    private final List<Place> places;

    StoreKeys() {
        this.places = IntStream.range(0, GROUPS * PLACES_PER_GROUP)
                .mapToObj(number -> new Place((number % PLACES_PER_GROUP == 0 ? "log" : "key") + number))
                .toList();
    }

    /** The key for {@code client} to work on next at one place of a group. */
    synchronized String next(int group, int place, int client) {
        return places.get(group * PLACES_PER_GROUP + place).next(client);
    }

    /** Whether {@code key} is only appended to. */
    static boolean isAppendOnly(String key) {
        return key.startsWith("log");
    }

    /** All keys that were worked on. */
    synchronized List<String> all() {
        return places.stream().flatMap(place -> place.used.stream()).toList();
    }

    /** One key after another. */
    private static final class Place {
        private final String name;
        private final List<String> used = new ArrayList<>();
        private final Set<Integer> clients = new HashSet<>();
        private int operationCount;

        Place(String name) {
            this.name = name;
        }

        String next(int client) {
            boolean isFull = operationCount == OPERATIONS_PER_KEY
                    || (clients.size() == CLIENTS_PER_KEY && !clients.contains(client));
            if (used.isEmpty() || isFull) {
                used.add(name + "." + used.size());
                clients.clear();
                operationCount = 0;
            }
            operationCount++;
            clients.add(client);
            return used.get(used.size() - 1);
        }
    }
}
