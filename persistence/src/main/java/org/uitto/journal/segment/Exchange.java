package org.uitto.journal.segment;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts a new journal in the place of an old one, file by file, and keeps the old. While it is under way a file says so and
 * keeps the journal from being opened; after an interruption it can be gone on with.
 */
final class Exchange {
    private static final String PREPARED = "repair-";
    private static final String OLD = "damaged-";

    private final Path folder;
    private final String stamp;
    private final Path prepared;
    private final Path old;

    Exchange(Path folder, String stamp) {
        this.folder = folder;
        this.stamp = stamp;
        this.prepared = folder.resolve(PREPARED + stamp);
        this.old = folder.resolve(OLD + stamp);
    }

    /** Where the new journal is to be made. */
    Path prepared() {
        return prepared;
    }

    /** Goes on with what was interrupted, if anything was. */
    static void resume(Path folder) throws IOException {
        Path guard = folder.resolve(FileNames.REPAIRING);
        if (Files.exists(guard)) {
            List<String> lines = Files.readAllLines(guard);
            new Exchange(folder, lines.get(0)).move(Integer.parseInt(lines.get(1)));
        }
    }

    /** Removes what was prepared. */
    void abandon() throws IOException {
        if (Files.isDirectory(prepared)) {
            for (Path file : filesOf(prepared)) {
                Files.delete(file);
            }
            Files.deleteIfExists(prepared.resolve(FileDirectory.LOCK_FILE));
            Files.delete(prepared);
        }
    }

    /** Exchanges the files and returns the folder with the old ones. */
    Path run() throws IOException {
        Files.createDirectory(old);
        int count = filesOf(prepared).size();
        Path aside = folder.resolve(FileNames.REPAIRING + FileNames.PREPARING);
        Files.writeString(aside, stamp + "\n" + count + "\n");
        force(aside, StandardOpenOption.WRITE);
        Files.move(aside, folder.resolve(FileNames.REPAIRING), StandardCopyOption.ATOMIC_MOVE);
        force(folder, StandardOpenOption.READ);
        move(count);
        return old;
    }

    /** No new file is moved in before all old ones are out: so it can be seen how far it had come. */
    private void move(int count) throws IOException {
        if (filesOf(prepared).size() == count) {
            for (Path file : filesOf(folder)) {
                Files.move(file, old.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
            }
            force(old, StandardOpenOption.READ);
            force(folder, StandardOpenOption.READ);
        }
        for (Path file : filesOf(prepared)) {
            Files.move(file, folder.resolve(file.getFileName()), StandardCopyOption.ATOMIC_MOVE);
        }
        force(folder, StandardOpenOption.READ);
        Files.delete(folder.resolve(FileNames.REPAIRING));
        force(folder, StandardOpenOption.READ);
        abandon();
    }

    /** Moves just these files aside. */
    Path moveAside(Collection<String> names) throws IOException {
        Files.createDirectory(old);
        for (String name : names) {
            Files.move(folder.resolve(name), old.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        }
        force(old, StandardOpenOption.READ);
        force(folder, StandardOpenOption.READ);
        return old;
    }

    /** The files of a journal in a folder, but for the lock and the note that they are being exchanged. */
    private static List<Path> filesOf(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> !file.endsWith(FileDirectory.LOCK_FILE) && !file.endsWith(FileNames.REPAIRING))
                    .sorted()
                    .toList();
        }
    }

    private static void force(Path path, StandardOpenOption option) throws IOException {
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }
}
