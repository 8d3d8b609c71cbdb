package org.uitto.samples.nemesis;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The tools behind the faults do what they say. Skipped, saying why, where they can't be had. */
@Timeout(120)
class FaultToolsTest {
    private interface Preparation {
        void make() throws Unavailable;
    }

    private static void assume(Preparation preparation) {
        try {
            preparation.make();
        } catch (Unavailable e) {
            Assumptions.abort(e.getMessage());
        }
    }

    @Test
    void aPowerLossTakesWhatWasNotSynced(@TempDir Path folder) throws IOException, Unavailable {
        Path mountPoint = folder.resolve("data");
        try (DiskImages disks = new DiskImages(folder)) {
            assume(() -> disks.mount("a", mountPoint));
            Path synced = Files.writeString(mountPoint.resolve("synced"), "there");
            Tool.run(List.of("sync", synced.toString()));
            Tool.run(List.of("sync", mountPoint.toString()));
            Path unsynced = Files.writeString(mountPoint.resolve("unsynced"), "gone");

            disks.losePower("a");

            assertEquals("there", Files.readString(synced));
            assertTrue(Files.notExists(unsynced) || Files.size(unsynced) == 0, "it was never synced");
        }
        assertEquals(List.of(), contents(mountPoint));
    }

    @Test
    void aFullDiskHasRoomAgainLater(@TempDir Path folder) throws IOException {
        Path mountPoint = folder.resolve("data");
        try (DiskImages disks = new DiskImages(folder)) {
            assume(() -> disks.mount("a", mountPoint));

            disks.fill("a");
            assertThrows(IOException.class, () -> Files.write(mountPoint.resolve("large"), new byte[1 << 20]));
            disks.free("a");

            Files.write(mountPoint.resolve("large"), new byte[1 << 20]);
        }
    }

    @Test
    void whatADeadProcessLeftMountedIsRemoved(@TempDir Path folder) throws IOException, InterruptedException {
        Process dead = new ProcessBuilder("true").start();
        dead.waitFor();
        Path mountPoint = folder.resolve("data");
        DiskImages left = new DiskImages(folder, dead.pid());
        assume(() -> left.mount("a", mountPoint));
        Files.writeString(mountPoint.resolve("file"), "x");
        try (DiskImages own = new DiskImages(folder)) {
            Path ownMountPoint = folder.resolve("own");
            assume(() -> own.mount("a", ownMountPoint));
            Files.writeString(ownMountPoint.resolve("file"), "x");

            DiskImages.removeWhatWasLeft();

            assertEquals(List.of(), contents(mountPoint));
            assertTrue(Files.exists(ownMountPoint.resolve("file")), "what is in use stays");
            assertTrue(contents(folder).stream().noneMatch(file -> file.contains("disk-" + dead.pid())));
        }
    }

    @Test
    void anFsyncFailsOrTakesLongAndIsWellAgain(@TempDir Path folder) throws IOException, InterruptedException {
        List<SyncLibrary> compiled = new ArrayList<>();
        assume(() -> compiled.add(SyncLibrary.compile(folder)));
        SyncLibrary syncs = compiled.get(0);

        assertEquals(0, sync(syncs, folder));
        syncs.fail("a");
        assertEquals(1, sync(syncs, folder));
        syncs.delay("a", Duration.ofMillis(400));
        long begunNanos = System.nanoTime();
        assertEquals(0, sync(syncs, folder));
        assertTrue(System.nanoTime() - begunNanos >= Duration.ofMillis(400).toNanos());
        syncs.mend("a");
        assertEquals(0, sync(syncs, folder));
    }

    /** Syncs a file in a process of its own, and returns its exit code. */
    private static int sync(SyncLibrary syncs, Path folder) throws IOException, InterruptedException {
        Path file = Files.writeString(folder.resolve("file"), "x");
        ProcessBuilder process = new ProcessBuilder("sync", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD);
        process.environment().putAll(syncs.environment("a"));
        return process.start().waitFor();
    }

    @Test
    void hostsComeAndGo(@TempDir Path folder) throws IOException, Unavailable {
        List<Namespaces> opened = new ArrayList<>();
        assume(() -> opened.add(Namespaces.open(List.of("a", "b"))));
        try (Namespaces hosts = opened.get(0)) {
            assertTrue(hasAddress(hosts.clientHost()));
            assertFalse(hasAddress(hosts.hostOf("a")), "only within its namespace");

            hosts.cut(new Topology.Link("a", "b"));
            assertTrue(rules(hosts, "b").contains("-s " + hosts.hostOf("a") + "/32 -i eth0 -j DROP"));
            assertFalse(rules(hosts, "a").contains("DROP"), "the other way is open");
            hosts.heal();
            assertFalse(rules(hosts, "b").contains("DROP"));
        }
        assertFalse(hasAddress(opened.get(0).clientHost()));
    }

    private static String rules(Namespaces hosts, String node) throws IOException {
        List<String> command = new ArrayList<>(hosts.launcher(node));
        command.addAll(List.of("iptables", "-w", "-S", "INPUT"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static boolean hasAddress(String host) throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .anyMatch(address -> address.getHostAddress().equals(host));
    }

    private static List<String> contents(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(Path::toString).toList();
        }
    }
}
