package org.uitto.journal.segment;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A {@link Directory} on a local file system that follows POSIX. */
public final class FileDirectory implements Directory {
    static final String LOCK_FILE = "lock";
    private static final int ZEROS_BYTES = 1 << 20;
    /** New files are forced piece by piece, so that a log's own fsync never queues behind a whole segment of zeros. */
    private static final int FORCE_EVERY_BYTES = 1 << 20;

    /**
     * The folders that journals of this process hold. A file lock cannot tell two of them apart, and closing any other
     * handle on the lock file would give the process's lock away, so this is asked first.
     */
    static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private @Nullable FileChannel lockChannel;
    private @Nullable Path heldAs;

    /** The folder is made if it is missing, with its parents. */
    public FileDirectory(Path folder) throws IOException {
        this.folder = folder.toAbsolutePath().normalize();
        makeDurably(this.folder);
    }

    private static void makeDurably(Path folder) throws IOException {
        Path parent = folder.getParent();
        if (Files.isDirectory(folder) || parent == null) {
            return;
        }
        makeDurably(parent);
        Files.createDirectories(folder);
        forceFolder(parent);
    }

    private static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public String path() {
        return folder.toString();
    }

    @Override
    public synchronized void lock() throws IOException {
        Path real = folder.toRealPath();
        if (!HELD.add(real)) {
            throw held("this process, pid " + ProcessHandle.current().pid());
        }
        heldAs = real;
        boolean locked = false;
        try {
            locked = lockFile(folder.resolve(LOCK_FILE));
        } finally {
            if (!locked) {
                close();
            }
        }
    }

    private boolean lockFile(Path file) throws IOException {
        FileChannel channel =
                FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        lockChannel = channel;
        FileLock lock = channel.tryLock();
        if (lock == null) {
            String pid = Files.readString(file).strip();
            throw held("another process" + (pid.isEmpty() ? "" : ", pid " + pid));
        }
        channel.truncate(0);
        channel.write(StandardCharsets.US_ASCII.encode(ProcessHandle.current().pid() + "\n"), 0);
        return true;
    }

    private JournalRefusedException held(String holder) {
        return new JournalRefusedException("The journal in " + folder + " is in use by " + holder
                + ". Two journals never share a directory: stop the other one, or set `uitto.journal.directory` to a"
                + " directory of this one's own.");
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Override
    public DataFile create(String name, long sizeBytes, BooleanSupplier hurry) throws IOException {
        FileChannel channel = FileChannel.open(
                folder.resolve(name),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        ChannelFile file = new ChannelFile(name, channel);
        try {
            fill(file, sizeBytes, hurry);
            return file;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void fill(ChannelFile file, long sizeBytes, BooleanSupplier hurry) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocateDirect((int) Math.min(sizeBytes, ZEROS_BYTES));
        long unforcedBytes = 0;
        long offset = 0;
        while (offset < sizeBytes && !hurry.getAsBoolean()) {
            zeros.clear().limit((int) Math.min(zeros.capacity(), sizeBytes - offset));
            file.write(zeros, offset);
            offset += zeros.limit();
            unforcedBytes += zeros.limit();
            if (unforcedBytes >= FORCE_EVERY_BYTES) {
                file.channel.force(true);
                unforcedBytes = 0;
            }
        }
        if (offset < sizeBytes) {
            file.write(zeros.clear().limit(1), sizeBytes - 1);
        }
        file.channel.force(true);
    }

    @Override
    public DataFile open(String name) throws IOException {
        return new ChannelFile(
                name, FileChannel.open(folder.resolve(name), StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    @Override
    public void rename(String from, String to) throws IOException {
        Files.move(folder.resolve(from), folder.resolve(to), StandardCopyOption.ATOMIC_MOVE);
    }

    @Override
    public void delete(String name) throws IOException {
        Files.deleteIfExists(folder.resolve(name));
    }

    @Override
    public void force() throws IOException {
        forceFolder(folder);
    }

    @Override
    public long usableBytes() throws IOException {
        return Files.getFileStore(folder).getUsableSpace();
    }

    @Override
    public synchronized void close() throws IOException {
        try {
            if (lockChannel != null) {
                lockChannel.close();
                lockChannel = null;
            }
        } finally {
            if (heldAs != null) {
                HELD.remove(heldAs);
                heldAs = null;
            }
        }
    }

    record ChannelFile(String name, FileChannel channel) implements DataFile {
        @Override
        public long sizeBytes() throws IOException {
            return channel.size();
        }

        @Override
        public void read(ByteBuffer target, long offset) throws IOException {
            long position = offset;
            while (target.hasRemaining()) {
                int count = channel.read(target, position);
                if (count < 0) {
                    throw new EOFException(name + " ends at " + position + ", " + target.remaining()
                            + " bytes before what was to be read from " + offset);
                }
                position += count;
            }
        }

        @Override
        public void write(ByteBuffer source, long offset) throws IOException {
            long position = offset;
            while (source.hasRemaining()) {
                position += channel.write(source, position);
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(false);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
