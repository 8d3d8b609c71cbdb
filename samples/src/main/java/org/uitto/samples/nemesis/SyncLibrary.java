package org.uitto.samples.nemesis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** A library between each node and the system's fsync, told by a file what to do. */
final class SyncLibrary {
    private final Path library;
    private final Path folder;

    private SyncLibrary(Path library, Path folder) {
        this.library = library;
        this.folder = folder;
    }

    /**
     * Compiles it.
     *
     * @param folder where it goes
     * @throws Unavailable if it can't be compiled
     */
    static SyncLibrary compile(Path folder) throws Unavailable {
        return new SyncLibrary(Tool.compile("sync-faults.c", folder, "-shared", "-fPIC", "-ldl"), folder);
    }

    /** What the process of {@code node} is started with. */
    Map<String, String> environment(String node) {
        return Map.of(
                "LD_PRELOAD",
                library.toString(),
                "UITTO_SYNC_FAULTS",
                control(node).toString());
    }

    void fail(String node) {
        write(node, "fail");
    }

    void delay(String node, Duration delay) {
        write(node, "delay " + delay.toMillis());
    }

    void mend(String node) {
        try {
            Files.deleteIfExists(control(node));
        } catch (IOException e) {
            throw new UncheckedIOException("The disk of node " + node + " can't be mended", e);
        }
    }

    private Path control(String node) {
        return folder.resolve("sync-" + node);
    }

    private void write(String node, String what) {
        try {
            Files.writeString(control(node), what);
        } catch (IOException e) {
            throw new UncheckedIOException("The disk of node " + node + " can't be made to fail", e);
        }
    }
}
