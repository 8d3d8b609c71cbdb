package org.uitto.samples.kv;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.ImmutableSerializer;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pcollections.TreePMap;
import org.uitto.kryo.KryoLimits;
import org.uitto.kryo.KryoSerializable;

/**
 * The state of the keyed store: an immutable sorted map. A changed one shares all but a few nodes of its tree with the one
 * before, so that a change costs the same however much is stored, and the states of all commands under way fit side by side.
 */
public final class Entries implements KryoSerializable {
    static final Entries NONE = new Entries(TreePMap.empty(), 0);

    private final TreePMap<String, String> values;
    /** The characters of all keys and values together. */
    private final long characterCount;

    private Entries(TreePMap<String, String> values, long characterCount) {
        this.values = values;
        this.characterCount = characterCount;
    }

    Optional<String> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    Entries with(String key, String value) {
        return new Entries(values.plus(key, value), characterCount + growth(key, value));
    }

    Entries without(String key) {
        return get(key).map(value -> new Entries(values.minus(key), characterCount - key.length() - value.length()))
                .orElse(this);
    }

    /** By how many characters this grows if {@code value} is stored under {@code key}; negative if it shrinks. */
    long growth(String key, String value) {
        return get(key).map(before -> (long) value.length() - before.length())
                .orElse((long) key.length() + value.length());
    }

    int size() {
        return values.size();
    }

    long characterCount() {
        return characterCount;
    }

    /** The first keys in order behind {@code after}, at most {@code limit}. */
    List<String> keysAfter(String after, int limit) {
        return values.tailMap(after, false).keySet().stream().limit(limit).toList();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Entries entries && values.equals(entries.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return size() + " keys, " + characterCount + " characters";
    }

    /**
     * How a snapshot holds the entries: their count, then each key with its value, in the order of the keys. Equal entries
     * make equal bytes, whatever was stored and deleted before, so replicas can be compared by a checksum.
     */
    static final class Layout extends ImmutableSerializer<Entries> {
        private static final int FEWEST_BYTES_EACH = 2;

        private final KryoLimits limits;

        Layout(KryoLimits limits) {
            this.limits = limits;
        }

        @Override
        public void write(Kryo kryo, Output output, Entries entries) {
            limits.writeCount(output, entries.size());
            for (Map.Entry<String, String> entry : entries.values.entrySet()) {
                output.writeString(entry.getKey());
                output.writeString(entry.getValue());
            }
        }

        @Override
        public Entries read(Kryo kryo, Input input, Class<? extends Entries> type) {
            int count = limits.readCount(input, FEWEST_BYTES_EACH);
            Entries entries = NONE;
            for (int i = 0; i < count; i++) {
                entries = entries.with(input.readString(), input.readString());
            }
            return entries;
        }
    }
}
