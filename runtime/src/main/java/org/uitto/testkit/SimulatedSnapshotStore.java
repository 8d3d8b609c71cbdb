package org.uitto.testkit;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotProtocol;
import org.apache.pekko.persistence.SnapshotSelectionCriteria;
import org.apache.pekko.persistence.snapshot.japi.SnapshotStore;
import org.jspecify.annotations.Nullable;
import scala.PartialFunction;
import scala.concurrent.Future;
import scala.runtime.BoxedUnit;

/**
 * The Pekko snapshot store of a simulated world, over the {@link SimulatedDisk}s of its nodes. Named in the configuration.
 * What an actor of a dead incarnation still asked for never reaches a disk.
 */
final class SimulatedSnapshotStore extends SnapshotStore {
    private final World world;

    /** Made by Pekko. */
    SimulatedSnapshotStore() {
        this.world = WorldSetup.worldOf(context().system().settings());
    }

    @Override
    public void aroundReceive(PartialFunction<Object, BoxedUnit> receive, Object message) {
        ActorRef asking = sender();
        boolean asksForWrite = message instanceof SnapshotProtocol.Request;
        if (!asksForWrite || !world.isGhost(asking.path())) {
            super.aroundReceive(receive, message);
        }
    }

    @Override
    public Future<Optional<SelectedSnapshot>> doLoadAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        SimulatedDisk disk = world.disks().holding(persistenceId);
        DiskRequest<Optional<SelectedSnapshot>> request =
                DiskRequest.toRead(() -> stored(disk, persistenceId).descendingMap().values().stream()
                        .filter(snapshot -> criteria.matches(snapshot.metadata()))
                        .findFirst());
        disk.submit(request);
        return request.future();
    }

    @Override
    public Future<@Nullable Void> doSaveAsync(SnapshotMetadata metadata, Object snapshot) {
        SimulatedDisk disk = world.disks().holding(metadata.persistenceId());
        return change(
                disk,
                () -> stored(disk, metadata.persistenceId())
                        .put(metadata.sequenceNr(), SelectedSnapshot.create(metadata, snapshot)));
    }

    @Override
    public Future<@Nullable Void> doDeleteAsync(SnapshotMetadata metadata) {
        SimulatedDisk disk = world.disks().holding(metadata.persistenceId());
        return change(disk, () -> stored(disk, metadata.persistenceId()).remove(metadata.sequenceNr()));
    }

    @Override
    public Future<@Nullable Void> doDeleteAsync(String persistenceId, SnapshotSelectionCriteria criteria) {
        SimulatedDisk disk = world.disks().holding(persistenceId);
        return change(
                disk,
                () -> stored(disk, persistenceId).values().removeIf(snapshot -> criteria.matches(snapshot.metadata())));
    }

    private static Future<@Nullable Void> change(SimulatedDisk disk, Runnable effect) {
        DiskRequest<@Nullable Void> request = DiskRequest.toWrite(List.of(effect), () -> null);
        disk.submit(request);
        return request.future();
    }

    private static NavigableMap<Long, SelectedSnapshot> stored(SimulatedDisk disk, String persistenceId) {
        Map<String, NavigableMap<Long, SelectedSnapshot>> all = disk.snapshots();
        return all.computeIfAbsent(persistenceId, missing -> new TreeMap<>());
    }
}
