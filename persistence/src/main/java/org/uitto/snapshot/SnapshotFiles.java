package org.uitto.snapshot;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * Snapshots in the files of one folder. A file is written aside, forced, renamed, and the folder forced, before it counts;
 * its checksums and all that it is bound to are verified whenever it is read. See the package documentation for the rules.
 *
 * <p>Safe for threads. All methods block. Of one persistence id, a caller who wants an order keeps it.
 */
final class SnapshotFiles implements Closeable {
    private final Folder folder;
    private final StoreSettings settings;
    private final SnapshotFormat format;
    private final SnapshotIndex index;
    private final Consumer<String> warnings;

    private SnapshotFiles(
            Folder folder,
            StoreSettings settings,
            SnapshotFormat format,
            SnapshotIndex index,
            Consumer<String> warnings) {
        this.folder = folder;
        this.settings = settings;
        this.format = format;
        this.index = index;
        this.warnings = warnings;
    }

    /**
     * Takes the folder, checks whose it is, and removes what was being written when the process ended.
     *
     * @param warnings told of damage that is worked around
     * @throws SnapshotRefusedException if the folder is in use, another owner's or of a newer format
     * @throws SnapshotDamagedException if it cannot be told whose it is
     */
    static SnapshotFiles open(Folder folder, StoreSettings settings, Consumer<String> warnings) throws IOException {
        folder.lock();
        boolean isOpen = false;
        try {
            SnapshotFiles store = openLocked(folder, settings, warnings);
            isOpen = true;
            return store;
        } finally {
            if (!isOpen) {
                folder.close();
            }
        }
    }

    private static SnapshotFiles openLocked(Folder folder, StoreSettings settings, Consumer<String> warnings)
            throws IOException {
        SnapshotIndex index = new SnapshotIndex();
        List<String> leftovers = new ArrayList<>();
        for (String name : folder.list()) {
            if (name.endsWith(FileNames.WRITING)) {
                leftovers.add(name);
            } else if (name.endsWith(FileNames.SNAPSHOT)) {
                FileNames.parse(name)
                        .ifPresentOrElse(
                                named -> index.add(named.stem(), named.key()),
                                () -> warnings.accept(folder.path() + "/" + name
                                        + " is not used: its name is not one that this store gives. If it was renamed,"
                                        + " give it its name back."));
            }
        }
        Optional<Identity> found = Identity.read(folder);
        if (found.isEmpty() && !index.isEmpty()) {
            throw new SnapshotDamagedException(folder.path() + "/" + FileNames.IDENTITY
                    + " is missing, so it cannot be told whose snapshots are in the folder. Nothing was changed."
                    + " Restore it from a copy of the whole directory.");
        }
        for (String name : leftovers) {
            folder.delete(name);
        }
        // What is found now must also be found after a loss of power.
        folder.force();
        Identity identity;
        if (found.isPresent()) {
            identity = found.get().claimedBy(folder, settings.owner());
        } else {
            identity = new Identity(settings.newStoreId(), settings.owner());
            identity.write(folder);
        }
        return new SnapshotFiles(folder, settings, new SnapshotFormat(identity.storeId()), index, warnings);
    }

    /**
     * Saves a snapshot durably. Others with the same sequence number are removed once it is.
     *
     * @throws SnapshotFullException if it would take from the reserve
     * @throws SnapshotNotSavedException after an I/O error; the snapshot is not used then, and others are as they were
     */
    void save(String persistenceId, long sequenceNr, long timestampMillis, SnapshotContent content) {
        String stem = FileNames.stem(persistenceId);
        SnapshotKey key = new SnapshotKey(sequenceNr, timestampMillis, index.nextSaveNumber());
        String name = FileNames.snapshot(stem, key);
        String aside = key.saveNumber() + FileNames.WRITING;
        try {
            requireRoom(persistenceId, key, SnapshotFormat.sizeBytes(persistenceId, content));
            try (Folder.NewFile file = folder.create(aside)) {
                format.write(file, persistenceId, key, content);
                file.force();
            }
            folder.rename(aside, name);
            folder.force();
        } catch (IOException e) {
            discard(aside);
            discard(name);
            throw new SnapshotNotSavedException(
                    describe(persistenceId, key) + " could not be saved in " + folder.path() + " (" + e
                            + "). It is not used; what was saved before is as it was. Check the disk and its free"
                            + " space.",
                    e);
        }
        index.add(stem, key);
        removeReplaced(persistenceId, stem, key);
    }

    private void requireRoom(String persistenceId, SnapshotKey key, long sizeBytes) throws IOException {
        long usableBytes = folder.usableBytes();
        if (usableBytes - sizeBytes < settings.reserveBytes()) {
            throw new SnapshotFullException(describe(persistenceId, key) + " takes " + sizeBytes
                    + " bytes, and the disk"
                    + " of " + folder.path() + " has " + usableBytes + " left, of which `uitto.snapshot-store.reserve`"
                    + " keeps " + settings.reserveBytes() + " free. Nothing was written. Make room, or set"
                    + " `uitto.snapshot-store.directory` to a larger disk.");
        }
    }

    /** Removes a file of a save that failed. */
    private void discard(String name) {
        try {
            folder.delete(name);
        } catch (IOException e) {
            warnings.accept("Could not remove " + folder.path() + "/" + name + " after it could not be saved: " + e);
        }
    }

    /** The save is done, whatever becomes of these: if they come back, the newer one is still preferred. */
    private void removeReplaced(String persistenceId, String stem, SnapshotKey saved) {
        List<SnapshotKey> replaced = index.select(
                stem, key -> key.sequenceNr() == saved.sequenceNr() && key.saveNumber() < saved.saveNumber());
        for (SnapshotKey key : replaced) {
            try {
                index.remove(stem, key);
                folder.delete(FileNames.snapshot(stem, key));
            } catch (IOException e) {
                index.add(stem, key);
                warnings.accept(describe(persistenceId, key) + " was replaced by a newer one but could not be removed"
                        + " from " + folder.path() + ": " + e);
            }
        }
    }

    /**
     * The newest sound one of the snapshots that are wanted, or empty if there are none, sound or not.
     *
     * @throws SnapshotDamagedException if there are some and none is sound, or the newest is not and none may be skipped
     * @throws SnapshotRefusedException if the newest sound one is of a newer format
     */
    Optional<StoredSnapshot> load(String persistenceId, Predicate<SnapshotKey> wanted) throws IOException {
        String stem = FileNames.stem(persistenceId);
        while (true) {
            Optional<SnapshotSearch> search = search(persistenceId, stem, index.select(stem, wanted));
            if (search.isPresent()) {
                SnapshotSearch done = search.get();
                done.warning(persistenceId).ifPresent(warnings);
                return done.found();
            }
        }
    }

    /** Empty if one was deleted under our hands, so that the choice is no longer what it was. */
    private Optional<SnapshotSearch> search(String persistenceId, String stem, List<SnapshotKey> newestFirst)
            throws IOException {
        SnapshotSearch search = new SnapshotSearch();
        for (SnapshotKey key : newestFirst) {
            String name = FileNames.snapshot(stem, key);
            String path = folder.path() + "/" + name;
            try (Folder.StoredFile file = folder.open(name)) {
                return Optional.of(
                        search.finding(path, new StoredSnapshot(key, format.read(file, persistenceId, key))));
            } catch (NoSuchFileException e) {
                if (!index.contains(stem, key)) {
                    return Optional.empty();
                }
                search = search.skipping(path, "it is gone, though nobody asked this store to delete it");
            } catch (SnapshotFormat.Damage e) {
                search = search.skipping(path, SnapshotSearch.message(e));
            } catch (SnapshotFormat.NewerFormat e) {
                throw new SnapshotRefusedException(path + " cannot be loaded: " + SnapshotSearch.message(e)
                        + ". A newer version of Uitto wrote it: update this node.");
            }
            if (!settings.isDamageSkipped()) {
                break;
            }
        }
        return Optional.of(search.orThrowIfDamaged(persistenceId));
    }

    /** Deletes durably what is wanted to be deleted, sound or not. */
    void delete(String persistenceId, Predicate<SnapshotKey> unwanted) throws IOException {
        String stem = FileNames.stem(persistenceId);
        List<SnapshotKey> doomed = new ArrayList<>(index.select(stem, unwanted));
        for (int i = doomed.size() - 1; i >= 0; i--) {
            SnapshotKey key = doomed.get(i);
            index.remove(stem, key);
            try {
                folder.delete(FileNames.snapshot(stem, key));
            } catch (IOException e) {
                index.add(stem, key);
                throw new IOException(
                        describe(persistenceId, key) + " could not be deleted from " + folder.path() + ": " + e, e);
            }
        }
        if (!doomed.isEmpty()) {
            folder.force();
        }
    }

    private static String describe(String persistenceId, SnapshotKey key) {
        return "The snapshot of persistence id \"" + persistenceId + "\" at sequence number " + key.sequenceNr();
    }

    @Override
    public void close() throws IOException {
        folder.close();
    }
}
