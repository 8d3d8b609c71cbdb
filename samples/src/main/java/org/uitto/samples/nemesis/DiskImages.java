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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small file system of its own for each node, in a file. What the kernel has not yet written to the file is what a power
 * loss takes: so a copy of the file, made while it is mounted, is the disk as it is after one. All of them bear the number of
 * this process, and go with {@link #close}; what a process left that was killed is removed by the next one. Thread-safe.
 */
final class DiskImages implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DiskImages.class);
    private static final long IMAGE_BYTES = 192L << 20;
    private static final String FILLER = "filler";
    private static final String IMAGE = "uitto-disk-";
    private static final Pattern OWNED = Pattern.compile("(.*/" + IMAGE + "(\\d+)-[^/ ]+\\.img).*");
    private static final Path DEVICES = Path.of("/sys/block");
    private static final Path MOUNTS = Path.of("/proc/mounts");
    private static final long LEFT_BYTES = 64 << 10;

    private final Path folder;
    private final long owner;
    private final Map<String, Path> mountPoints = new HashMap<>();
    private final Map<String, Path> images = new HashMap<>();
    private int copies;
    private boolean closed;

    /** @param folder where the files go, on a disk with room for them */
    DiskImages(Path folder) {
        this(folder, ProcessHandle.current().pid());
        removeWhatWasLeft();
    }

    DiskImages(Path folder, long owner) {
        this.folder = folder;
        this.owner = owner;
    }

    /**
     * Gives {@code node} a file system at {@code mountPoint}.
     *
     * @throws Unavailable if this process may not
     */
    synchronized void mount(String node, Path mountPoint) throws Unavailable {
        Path image = imageOf(node);
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

    private Path imageOf(String name) {
        return folder.resolve(IMAGE + owner + "-" + name + ".img");
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
        Path copy = imageOf(node + "-" + ++copies);
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

    /** Unmounts and deletes the file systems of processes that are no more. */
    static void removeWhatWasLeft() {
        try (Stream<Path> devices = Files.list(DEVICES)) {
            for (Path device : devices.toList()) {
                Path file = device.resolve("loop").resolve("backing_file");
                Matcher image = OWNED.matcher(
                        Files.isReadable(file) ? Files.readString(file).strip() : "");
                if (image.matches() && !Files.exists(Path.of("/proc", image.group(2)))) {
                    unmount("/dev/" + device.getFileName());
                    Files.deleteIfExists(Path.of(image.group(1)));
                }
            }
        } catch (IOException e) {
            LOG.warn("What other processes left mounted can't be looked for", e);
        }
    }

    /** Also if a process of the dead one's is just about to end. */
    private static void unmount(String device) throws IOException {
        for (String mount : Files.readAllLines(MOUNTS)) {
            String[] parts = mount.split(" ", -1);
            if (parts[0].equals(device)) {
                Tool.tryToRun("umount", "-l", parts[1]);
            }
        }
    }
}
