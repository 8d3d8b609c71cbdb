package org.uitto.journal.segment;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * A directory on a disk that keeps what was forced, and of the rest what a crash happens to leave. Each change is a step,
 * and a fault can be set for any step.
 */
final class SimulatedDirectory implements Directory {
    private static final int SECTOR_BYTES = 16;

    /** What a crash leaves of what was not forced. */
    enum Leaves {
        NOTHING,
        ALL,
        /** The first changes, the last of them torn. */
        SOME_IN_ORDER,
        /** Any sectors. */
        SOME_IN_ANY_ORDER
    }

    /** What happens at the step that was chosen. */
    enum Fault {
        /** The machine stops: that step and all later ones fail. */
        CRASH,
        /** A force fails and, as Linux does it, leaves pages that were not written looking clean; a write fails. */
        IO_ERROR
    }

    private final Map<String, Content> names = new TreeMap<>();
    private final Map<String, Content> durableNames = new TreeMap<>();
    private final List<Consumer<Map<String, Content>>> unforcedNames = new ArrayList<>();
    private long capacityBytes = Long.MAX_VALUE / 2;
    private int steps;
    private int faultStep = Integer.MAX_VALUE;
    private Fault fault = Fault.CRASH;
    private boolean isLocked;
    private Consumer<BooleanSupplier> whileCreating = hurry -> {};

    private static final class Content {
        byte[] current;
        byte[] durable;
        final List<Change> unforced = new ArrayList<>();

        Content(byte[] bytes) {
            current = bytes;
            durable = bytes.clone();
        }
    }

    private static final class Change {
        final int offset;
        final byte[] bytes;

        Change(int offset, byte[] bytes) {
            this.offset = offset;
            this.bytes = bytes;
        }
    }

    /** Lets {@code kind} happen at the {@code step}th change from now on. */
    void failAt(int step, Fault kind) {
        steps = 0;
        faultStep = step;
        fault = kind;
    }

    /** Has {@code action} done while a file is made, with what tells whether somebody is in a hurry for it. */
    void whileCreating(Consumer<BooleanSupplier> action) {
        whileCreating = action;
    }

    /** How many changes were made since {@link #failAt}. */
    int steps() {
        return steps;
    }

    boolean hasFailed() {
        return steps >= faultStep;
    }

    long capacity() {
        return capacityBytes;
    }

    void capacity(long bytes) {
        capacityBytes = bytes;
    }

    private void step(String what) throws IOException {
        steps++;
        if (steps == faultStep || (steps > faultStep && fault == Fault.CRASH)) {
            throw new IOException("Simulated: " + fault + " at " + what);
        }
    }

    /** The disk after a restart of the machine. */
    SimulatedDirectory afterCrash(Leaves leaves, Random random) {
        SimulatedDirectory after = new SimulatedDirectory();
        Map<String, Content> left = new TreeMap<>(durableNames);
        int ops = unforcedNames.size();
        int kept = switch (leaves) {
            case NOTHING -> 0;
            case ALL -> ops;
            case SOME_IN_ORDER, SOME_IN_ANY_ORDER -> random.nextInt(ops + 1);
        };
        unforcedNames.subList(0, kept).forEach(op -> op.accept(left));
        left.forEach((name, content) -> after.put(name, remains(content, leaves, random)));
        return after;
    }

    /** The disk after a restart of the process alone, cache and all. */
    SimulatedDirectory afterKill() {
        isLocked = false;
        faultStep = Integer.MAX_VALUE;
        return this;
    }

    private static byte[] remains(Content content, Leaves leaves, Random random) {
        byte[] bytes = content.durable.clone();
        int whole = switch (leaves) {
            case NOTHING -> 0;
            case ALL -> content.unforced.size();
            case SOME_IN_ORDER -> random.nextInt(content.unforced.size() + 1);
            case SOME_IN_ANY_ORDER -> 0;
        };
        for (int i = 0; i < content.unforced.size(); i++) {
            Change change = content.unforced.get(i);
            if (i < whole) {
                System.arraycopy(change.bytes, 0, bytes, change.offset, change.bytes.length);
            } else if (i == whole && leaves == Leaves.SOME_IN_ORDER) {
                System.arraycopy(change.bytes, 0, bytes, change.offset, random.nextInt(change.bytes.length + 1));
            } else if (leaves == Leaves.SOME_IN_ANY_ORDER) {
                for (int at = 0; at < change.bytes.length; at += SECTOR_BYTES) {
                    if (random.nextBoolean()) {
                        int length = Math.min(SECTOR_BYTES, change.bytes.length - at);
                        System.arraycopy(change.bytes, at, bytes, change.offset + at, length);
                    }
                }
            }
        }
        return bytes;
    }

    /** A copy of what is there, all of it durable. */
    SimulatedDirectory copy() {
        SimulatedDirectory copy = new SimulatedDirectory();
        names.forEach((name, content) -> copy.put(name, content.current.clone()));
        return copy;
    }

    void put(String name, byte[] bytes) {
        Content content = new Content(bytes);
        names.put(name, content);
        durableNames.put(name, content);
    }

    byte[] get(String name) {
        Content content = names.get(name);
        if (content == null) {
            throw new IllegalArgumentException("No file " + name);
        }
        return content.current;
    }

    void remove(String name) {
        names.remove(name);
        durableNames.remove(name);
    }

    @Override
    public String path() {
        return "simulated";
    }

    @Override
    public void lock() {
        if (isLocked) {
            throw new JournalRefusedException("in use");
        }
        isLocked = true;
    }

    @Override
    public List<String> list() {
        return List.copyOf(names.keySet());
    }

    @Override
    public DataFile create(String name, long sizeBytes, BooleanSupplier hurry) throws IOException {
        step("create " + name);
        whileCreating.accept(hurry);
        if (usableBytes() < sizeBytes) {
            throw new IOException("No space left on device");
        }
        Content content = new Content(new byte[(int) sizeBytes]);
        change(map -> map.put(name, content));
        return new SimulatedFile(name, content);
    }

    @Override
    public DataFile open(String name) throws IOException {
        Content content = names.get(name);
        if (content == null) {
            throw new NoSuchFileException(name);
        }
        return new SimulatedFile(name, content);
    }

    @Override
    public void rename(String from, String to) throws IOException {
        step("rename " + from);
        Content content = names.get(from);
        if (content == null) {
            throw new NoSuchFileException(from);
        }
        change(map -> {
            map.remove(from);
            map.put(to, content);
        });
    }

    @Override
    public void delete(String name) throws IOException {
        step("delete " + name);
        change(map -> map.remove(name));
    }

    private void change(Consumer<Map<String, Content>> op) {
        op.accept(names);
        unforcedNames.add(op);
    }

    @Override
    public void force() throws IOException {
        step("force directory");
        unforcedNames.forEach(op -> op.accept(durableNames));
        unforcedNames.clear();
    }

    @Override
    public long usableBytes() {
        return capacityBytes
                - names.values().stream()
                        .mapToLong(content -> content.current.length)
                        .sum();
    }

    @Override
    public void close() {
        isLocked = false;
    }

    private final class SimulatedFile implements DataFile {
        private final String name;
        private final Content content;

        SimulatedFile(String name, Content content) {
            this.name = name;
            this.content = content;
        }

        @Override
        public String name() {
            return name;
        }

        @Override
        public long sizeBytes() {
            return content.current.length;
        }

        @Override
        public void read(ByteBuffer target, long offset) throws IOException {
            if (offset + target.remaining() > content.current.length) {
                throw new EOFException(name + " ends at " + content.current.length);
            }
            target.put(content.current, (int) offset, target.remaining());
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            Change change = new Change((int) offset, bytes);
            if (steps + 1 == faultStep) {
                // The write that fails may still have done something.
                content.unforced.add(new Change((int) offset, Arrays.copyOf(bytes, bytes.length)));
            }
            step("write " + name);
            System.arraycopy(bytes, 0, content.current, (int) offset, bytes.length);
            content.unforced.add(change);
        }

        @Override
        public void force() throws IOException {
            if (steps + 1 == faultStep && fault == Fault.IO_ERROR) {
                content.unforced.clear();
            }
            step("force " + name);
            content.durable = content.current.clone();
            content.unforced.clear();
        }

        @Override
        public void close() {}
    }
}
