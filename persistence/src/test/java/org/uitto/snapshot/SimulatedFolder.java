package org.uitto.snapshot;

import java.io.ByteArrayOutputStream;
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
import java.util.function.Consumer;

/**
 * A folder on a disk that keeps what was forced, and of the rest what a crash happens to leave. Each change is a step, and a
 * fault can be set for any step.
 */
final class SimulatedFolder implements Folder {
    /** What a crash leaves of what was not forced. */
    enum Leaves {
        NOTHING,
        ALL,
        /** Names as they were given, and what they name without the bytes that were not forced. */
        NAMES_ONLY,
        SOME
    }

    /** What happens at the step that was chosen. */
    enum Fault {
        /** The machine stops: that step and all later ones fail. */
        CRASH,
        /** That step fails, and a write does half of what it should. */
        IO_ERROR,
        /** That step fails as on a full disk, if it is a write; if not, it is done. */
        NO_SPACE
    }

    private final Map<String, Content> names = new TreeMap<>();
    private final Map<String, Content> durableNames = new TreeMap<>();
    private final List<Consumer<Map<String, Content>>> unforcedNames = new ArrayList<>();
    private final List<String> trace = new ArrayList<>();
    private long usableBytes = Long.MAX_VALUE / 2;
    private int steps;
    private int faultStep = Integer.MAX_VALUE;
    private Fault fault = Fault.CRASH;
    private boolean isLocked;

    private static final class Content {
        final ByteArrayOutputStream current = new ByteArrayOutputStream();
        int durableBytes;

        static Content of(byte[] bytes) {
            Content content = new Content();
            content.current.writeBytes(bytes);
            content.durableBytes = bytes.length;
            return content;
        }
    }

    /** Lets {@code kind} happen at the {@code step}th change from now on. */
    void failAt(int step, Fault kind) {
        steps = 0;
        trace.clear();
        faultStep = step;
        fault = kind;
    }

    /** The changes since {@link #failAt}, in order. */
    List<String> trace() {
        return List.copyOf(trace);
    }

    void usableBytes(long bytes) {
        usableBytes = bytes;
    }

    private void step(String what) throws IOException {
        steps++;
        trace.add(what);
        boolean isDue = steps == faultStep && (fault != Fault.NO_SPACE || what.startsWith("write"));
        if (isDue || (steps > faultStep && fault == Fault.CRASH)) {
            throw new IOException(
                    fault == Fault.NO_SPACE ? "No space left on device" : "Simulated: " + fault + " at " + what);
        }
    }

    /** The disk after a restart of the machine. */
    SimulatedFolder afterCrash(Leaves leaves, Random random) {
        SimulatedFolder after = new SimulatedFolder();
        Map<String, Content> left = new TreeMap<>(durableNames);
        int kept = switch (leaves) {
            case NOTHING -> 0;
            case ALL, NAMES_ONLY -> unforcedNames.size();
            case SOME -> random.nextInt(unforcedNames.size() + 1);
        };
        unforcedNames.subList(0, kept).forEach(change -> change.accept(left));
        left.forEach((name, content) -> after.put(name, remains(content, leaves, random)));
        return after;
    }

    private static byte[] remains(Content content, Leaves leaves, Random random) {
        byte[] bytes = content.current.toByteArray();
        int unforced = bytes.length - content.durableBytes;
        return switch (leaves) {
            case ALL -> bytes;
            case NOTHING, NAMES_ONLY -> Arrays.copyOf(bytes, content.durableBytes);
            case SOME -> {
                // The length may be on the disk before the bytes are.
                byte[] some = Arrays.copyOf(bytes, content.durableBytes + random.nextInt(unforced + 1));
                for (int i = content.durableBytes; i < some.length; i++) {
                    some[i] = random.nextInt(4) == 0 ? 0 : some[i];
                }
                yield some;
            }
        };
    }

    /** The disk after a restart of the process alone, cache and all. */
    SimulatedFolder afterKill() {
        isLocked = false;
        faultStep = Integer.MAX_VALUE;
        return this;
    }

    void put(String name, byte[] bytes) {
        Content content = Content.of(bytes);
        names.put(name, content);
        durableNames.put(name, content);
    }

    byte[] get(String name) {
        Content content = names.get(name);
        if (content == null) {
            throw new IllegalArgumentException("No file " + name);
        }
        return content.current.toByteArray();
    }

    void remove(String name) {
        names.remove(name);
        durableNames.remove(name);
    }

    /** The names of the snapshots, sorted. */
    List<String> snapshots() {
        return list().stream().filter(name -> name.endsWith(FileNames.SNAPSHOT)).toList();
    }

    @Override
    public String path() {
        return "simulated";
    }

    @Override
    public void lock() {
        if (isLocked) {
            throw new SnapshotRefusedException("in use");
        }
        isLocked = true;
    }

    @Override
    public List<String> list() {
        return List.copyOf(names.keySet());
    }

    @Override
    public NewFile create(String name) throws IOException {
        step("create " + name);
        Content content = new Content();
        change(map -> map.put(name, content));
        return new SimulatedNewFile(name, content);
    }

    @Override
    public StoredFile open(String name) throws IOException {
        Content content = names.get(name);
        if (content == null) {
            throw new NoSuchFileException(name);
        }
        ByteBuffer bytes = ByteBuffer.wrap(content.current.toByteArray());
        return new SimulatedStoredFile(name, bytes);
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

    private void change(Consumer<Map<String, Content>> change) {
        change.accept(names);
        unforcedNames.add(change);
    }

    @Override
    public void force() throws IOException {
        step("force folder");
        unforcedNames.forEach(change -> change.accept(durableNames));
        unforcedNames.clear();
    }

    @Override
    public long usableBytes() {
        return usableBytes;
    }

    @Override
    public void close() {
        isLocked = false;
    }

    private final class SimulatedNewFile implements NewFile {
        private final String name;
        private final Content content;

        SimulatedNewFile(String name, Content content) {
            this.name = name;
            this.content = content;
        }

        @Override
        public void write(ByteBuffer source) throws IOException {
            byte[] bytes = new byte[source.remaining()];
            source.get(bytes);
            if (steps + 1 == faultStep) {
                content.current.write(bytes, 0, bytes.length / 2);
            }
            step("write " + name);
            content.current.writeBytes(bytes);
        }

        @Override
        public void force() throws IOException {
            step("force " + name);
            content.durableBytes = content.current.size();
        }

        @Override
        public void close() {}
    }

    private record SimulatedStoredFile(String name, ByteBuffer bytes) implements StoredFile {
        @Override
        public long sizeBytes() {
            return bytes.limit();
        }

        @Override
        public void read(ByteBuffer target) throws IOException {
            if (target.remaining() > bytes.remaining()) {
                throw new EOFException(name + " ends at " + bytes.limit());
            }
            byte[] some = new byte[target.remaining()];
            bytes.get(some);
            target.put(some);
        }

        @Override
        public void close() {}
    }
}
