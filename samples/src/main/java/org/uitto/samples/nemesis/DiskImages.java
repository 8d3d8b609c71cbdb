package org.uitto.samples.nemesis;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * A small file system of its own for each node, in a file. What the kernel has not yet written to the file is what a power
 * loss takes: so a copy of the file, made while it is mounted, is the disk as it is after one. Thread-safe.
 */
final class DiskImages implements AutoCloseable {
    private static final long IMAGE_BYTES = 192L << 20;
    private static final String FILLER = "filler";
    private static final long LEFT_BYTES = 64 << 10;

    private final Path folder;
    private final Map<String, Path> mountPoints = new HashMap<>();
    private final Map<String, Path> images = new HashMap<>();
    private int copies;
    private boolean closed;

    /** @param folder where the files go, on a disk with room for them */
    DiskImages(Path folder) {
        this.folder = folder;
    }

    /**
     * Gives {@code node} a file system at {@code mountPoint}.
     *
     * @throws Unavailable if this process may not
     */
    synchronized void mount(String node, Path mountPoint) throws Unavailable {
        Path image = folder.resolve(node + ".img");
        try {
            Files.createDirectories(mountPoint);
            try (RandomAccessFile file = new RandomAccessFile(image.toFile(), "rw")) {
                file.setLength(IMAGE_BYTES);
            }
            Tool.run(List.of("mkfs.ext4", "-q", "-F", "-m", "0", image.toString()));
            Tool.run(List.of("mount", "-o", "loop,noatime", image.toString(), mountPoint.toString()));
            mountPoints.put(node, mountPoint);
            images.put(node, image);
        } catch (IOException e) {
            throw new Unavailable("no room for disk images in " + folder + ": " + e.getMessage());
        } catch (Unavailable e) {
            throw new Unavailable("file systems in files can't be mounted (root, loop devices, package e2fsprogs): "
                    + e.getMessage());
        }
    }

    /** Leaves no room on the disk of {@code node}. */
    synchronized void fill(String node) {
        try {
            Path mountPoint = mountPoint(node);
            long free = Files.getFileStore(mountPoint).getUsableSpace() - LEFT_BYTES;
            if (free > 0) {
                Tool.mustRun(
                        "fallocate",
                        "-l",
                        String.valueOf(free),
                        mountPoint.resolve(FILLER).toString());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("The disk of node " + node + " can't be filled", e);
        }
    }

    /** Takes away what {@link #fill} put there. */
    synchronized void free(String node) {
        try {
            Files.deleteIfExists(mountPoint(node).resolve(FILLER));
        } catch (IOException e) {
            throw new UncheckedIOException("The disk of node " + node + " can't be freed", e);
        }
    }

    /** The disk of {@code node}, whose process is gone, is as after a power loss at this moment. */
    synchronized void losePower(String node) {
        if (closed) {
            return;
        }
        Path old = image(node);
        Path copy = folder.resolve(node + "-" + ++copies + ".img");
        Tool.mustRun("cp", "--sparse=always", old.toString(), copy.toString());
        Tool.mustRun("umount", mountPoint(node).toString());
        Tool.mustRun(
                "mount", "-o", "loop,noatime", copy.toString(), mountPoint(node).toString());
        images.put(node, copy);
        try {
            Files.delete(old);
            Files.deleteIfExists(mountPoint(node).resolve(FILLER)); // Its deletion may have been lost, too.
        } catch (IOException e) {
            throw new UncheckedIOException("The disk of node " + node + " can't be brought back", e);
        }
    }

    private Path mountPoint(String node) {
        return Objects.requireNonNull(mountPoints.get(node), node);
    }

    private Path image(String node) {
        return Objects.requireNonNull(images.get(node), node);
    }

    /** Unmounts all; the processes that used them are gone. */
    @Override
    public synchronized void close() {
        closed = true;
        mountPoints.values().forEach(mountPoint -> Tool.tryToRun("umount", mountPoint.toString()));
        mountPoints.clear();
    }
}
