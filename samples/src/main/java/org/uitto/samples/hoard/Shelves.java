package org.uitto.samples.hoard;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.ImmutableSerializer;
import org.pcollections.PVector;
import org.pcollections.TreePVector;
import org.uitto.kryo.KryoLimits;
import org.uitto.kryo.KryoSerializable;

/** The state of the hoard: an immutable list of runs of bytes, of which a changed one shares all but a few nodes. */
public final class Shelves implements KryoSerializable {
    static final Shelves NONE = new Shelves(TreePVector.empty(), 0);

    private final PVector<byte[]> shelves;
    private final long byteCount;

    private Shelves(PVector<byte[]> shelves, long byteCount) {
        this.shelves = shelves;
        this.byteCount = byteCount;
    }

    int count() {
        return shelves.size();
    }

    long byteCount() {
        return byteCount;
    }

    Shelves with(int shelf, byte[] bytes) {
        return shelf == shelves.size()
                ? new Shelves(shelves.plus(bytes), byteCount + bytes.length)
                : new Shelves(shelves.with(shelf, bytes), byteCount + bytes.length - shelves.get(shelf).length);
    }

    @Override
    public String toString() {
        return count() + " shelves, " + byteCount + " bytes";
    }

    /** How a snapshot holds the shelves: their count, then the length and the bytes of each. */
    static final class Layout extends ImmutableSerializer<Shelves> {
        private final KryoLimits limits;

        Layout(KryoLimits limits) {
            this.limits = limits;
        }

        @Override
        public void write(Kryo kryo, Output output, Shelves state) {
            limits.writeCount(output, state.count());
            for (byte[] bytes : state.shelves) {
                limits.writeCount(output, bytes.length);
                output.writeBytes(bytes);
            }
        }

        @Override
        public Shelves read(Kryo kryo, Input input, Class<? extends Shelves> type) {
            int count = limits.readCount(input, 1);
            Shelves state = NONE;
            for (int i = 0; i < count; i++) {
                state = state.with(i, input.readBytes(limits.readCount(input, 1)));
            }
            return state;
        }
    }
}
