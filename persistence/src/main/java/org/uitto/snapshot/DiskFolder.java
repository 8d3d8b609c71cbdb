package org.uitto.snapshot;

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
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A {@link Folder} on a local file system that follows POSIX. */
final class DiskFolder implements Folder {
    private static final String LOCK_FILE = "lock";

    /**
     * The folders that stores of this process hold. A file lock cannot tell two of them apart, and closing any other
     * handle on the lock file would give the process's lock away, so this is asked first.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private final Path folder;
    private @Nullable FileChannel lockChannel;
    private @Nullable Path heldAs;

    /** The folder is made if it is missing, with its parents. */
    DiskFolder(Path folder) throws IOException {
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
        boolean isLocked = false;
        try {
            lockFile(folder.resolve(LOCK_FILE));
            isLocked = true;
        } finally {
            if (!isLocked) {
                close();
            }
        }
    }

    private void lockFile(Path file) throws IOException {
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
    }

    private SnapshotRefusedException held(String holder) {
        return new SnapshotRefusedException("The snapshot store in " + folder + " is in use by " + holder
                + ". Two stores never share a directory: stop the other one, or set `uitto.snapshot-store.directory` to"
                + " a directory of this one's own.");
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Override
    public NewFile create(String name) throws IOException {
        FileChannel channel = FileChannel.open(
                folder.resolve(name),
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.WRITE);
        return new WrittenChannel(channel);
    }

    @Override
    public StoredFile open(String name) throws IOException {
        return new ReadChannel(name, FileChannel.open(folder.resolve(name), StandardOpenOption.READ));
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

    private record WrittenChannel(FileChannel channel) implements NewFile {
        @Override
        public void write(ByteBuffer source) throws IOException {
            while (source.hasRemaining()) {
                channel.write(source);
            }
        }

        @Override
        public void force() throws IOException {
            channel.force(true);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    private record ReadChannel(String name, FileChannel channel) implements StoredFile {
        @Override
        public long sizeBytes() throws IOException {
            return channel.size();
        }

        @Override
        public void read(ByteBuffer target) throws IOException {
            while (target.hasRemaining()) {
                if (channel.read(target) < 0) {
                    throw new EOFException(
                            name + " ends " + target.remaining() + " bytes before what was to be read from it");
                }
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
