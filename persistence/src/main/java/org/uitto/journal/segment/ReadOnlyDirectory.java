package org.uitto.journal.segment;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A folder of a local file system for {@link JournalInspection}: opened to be read only, so that nothing in it can be
 * changed, whatever is asked for. Its lock is shared by all who only read and excludes a running journal.
 */
public final class ReadOnlyDirectory implements Directory {
    private final Path folder;
    private @Nullable FileChannel lockChannel;

    /**
     * The folder must be there; it is not made.
     *
     * @throws JournalRefusedException if it is not
     */
    public ReadOnlyDirectory(Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
        if (!Files.isDirectory(this.folder)) {
            throw new JournalRefusedException(
                    this.folder + " is no folder. Name the folder that `uitto.journal.directory` of the node says.");
        }
    }

    @Override
    public String path() {
        return folder.toString();
    }

    /** Without a lock file no journal has the folder open, and none is made. */
    @Override
    public synchronized void lock() throws IOException {
        // Closing another handle on the lock file of a journal of this process would give its lock away.
        if (FileDirectory.HELD.contains(folder.toRealPath())) {
            throw held("this process, pid " + ProcessHandle.current().pid());
        }
        Path file = folder.resolve(FileDirectory.LOCK_FILE);
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            lockChannel = channel;
            if (channel.tryLock(0, Long.MAX_VALUE, true) == null) {
                close();
                String pid = Files.readString(file).strip();
                throw held("another process" + (pid.isEmpty() ? "" : ", pid " + pid));
            }
        } catch (NoSuchFileException e) {
            lockChannel = null;
        }
    }

    private JournalRefusedException held(String holder) {
        return new JournalRefusedException("The journal in " + folder + " is in use by " + holder
                + ". Stop it first, or inspect a copy of the folder.");
    }

    @Override
    public List<String> list() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Override
    public DataFile open(String name) throws IOException {
        return new FileDirectory.ChannelFile(name, FileChannel.open(folder.resolve(name), StandardOpenOption.READ));
    }

    @Override
    public DataFile create(String name, long sizeBytes, BooleanSupplier hurry) {
        throw readOnly(name);
    }

    @Override
    public void rename(String from, String to) {
        throw readOnly(from);
    }

    @Override
    public void delete(String name) {
        throw readOnly(name);
    }

    @Override
    public void force() {
        throw readOnly("");
    }

    private UnsupportedOperationException readOnly(String name) {
        return new UnsupportedOperationException(folder + "/" + name + " is open to be read only");
    }

    @Override
    public long usableBytes() {
        return 0;
    }

    @Override
    public synchronized void close() throws IOException {
        if (lockChannel != null) {
            lockChannel.close();
            lockChannel = null;
        }
    }
}
