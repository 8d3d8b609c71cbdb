package org.uitto.journal.segment;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.uitto.journal.segment.JournalFinding.Range;
import org.uitto.journal.segment.JournalFinding.Severity;

/**
 * Makes a damaged journal one that opens again, and deletes nothing: the files it consisted of go into a folder of their
 * own within it, and what can be read of them is written anew. For one thread.
 *
 * <h2>What becomes of persistence ids that lost events</h2>
 *
 * A log that was cut short looks complete to whoever replays it, and that is how an acknowledged event, or a vote, is
 * forgotten without anyone's knowing. So a persistence id that lost acknowledged events, at whatever end, is <em>refused</em>
 * from then on: its replays and writes fail with a {@link JournalDamagedException} that says which events are lost. An actor
 * with it does not start; a replica of a Raft group takes no part. What is left of its events stays in the journal and can
 * be inspected. Events that were deleted anyway, or that were copied elsewhere, are not lost.
 *
 * <p>The index of a sealed segment says whose events were where. Where there is none, as for the segment that was written
 * to last, nobody can tell whose events are gone, or whether a persistence id is gone altogether: then every one is refused,
 * those that never were in the journal included.
 *
 * <p>A persistence id is given up by <em>discarding</em> it: all of its events are deleted, its highest sequence number
 * stays, so that an actor with it starts empty and never gives a sequence number twice. <b>For Raft's log that is safe only
 * once the node's replica has been removed from the group</b>: an empty log has forgotten its votes.
 */
public final class JournalRepair implements Closeable {
    private final Path folder;
    private final Directory directory;
    private final Salvage salvage;

    /** What is to be done. */
    public enum Kind {
        /** Nothing: all is as it should be. */
        NONE,
        /** What harmed no event is made anew, as it would be when the journal is opened. */
        MEND,
        /** What can be read is written to new files, and the old ones are moved aside. */
        REWRITE
    }

    /**
     * What a repair would do.
     *
     * @param kind what has to be done
     * @param findings why
     * @param lost the events that are lost; their persistence ids are refused afterwards
     * @param refusesEveryone whether it can't be told whose events are lost, so that every persistence id is refused
     * @param discarded the persistence ids that are given up, with the highest sequence number of each, which stays
     * @param kept the persistence ids whose events are all there, or, if every one is refused, all that remain
     */
    public record Plan(
            Kind kind,
            List<JournalFinding> findings,
            List<Range> lost,
            boolean refusesEveryone,
            Map<String, Long> discarded,
            List<String> kept) {
        public Plan {
            findings = List.copyOf(findings);
            lost = List.copyOf(lost);
            discarded = Map.copyOf(discarded);
            kept = List.copyOf(kept);
        }
    }

    private JournalRepair(Path folder, Directory directory, Salvage salvage) {
        this.folder = folder;
        this.directory = directory;
        this.salvage = salvage;
    }

    /** Reads the journal to plan a repair; nothing can be changed with it. */
    public static JournalRepair toLookAt(Path folder) throws IOException {
        return of(folder, new ReadOnlyDirectory(folder));
    }

    /**
     * Takes the journal until {@link #close}, goes on with a repair of it that was interrupted, and reads it.
     *
     * @throws JournalRefusedException if the journal is in use, or there is none
     */
    public static JournalRepair toChange(Path folder) throws IOException {
        new ReadOnlyDirectory(folder).close();
        return of(folder, new FileDirectory(folder));
    }

    private static JournalRepair of(Path folder, Directory directory) throws IOException {
        directory.lock();
        try {
            if (directory instanceof FileDirectory) {
                Exchange.resume(folder);
            }
            return new JournalRepair(folder, directory, new Salvage(directory));
        } catch (IOException | RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /** What there is to do, if {@code discard} are given up. */
    public Plan plan(Set<String> discard) {
        JournalSurvey survey = salvage.survey;
        boolean isDamaged = survey.findings.stream().anyMatch(found -> found.severity() == Severity.DAMAGE);
        Kind kind = survey.findings.isEmpty() ? Kind.NONE : Kind.MEND;
        LostEvents lost = salvage.lost(discard);
        List<String> kept = new ArrayList<>();
        for (Map.Entry<String, EventStream> entry : salvage.streams.entrySet()) {
            boolean isLost = lost.ranges().stream()
                    .anyMatch(range -> range.persistenceId().equals(entry.getKey()));
            if (!isLost && !discard.contains(entry.getKey())) {
                kept.add(entry.getKey());
            }
        }
        Map<String, Long> discarded = new TreeMap<>();
        discard.forEach(persistenceId -> discarded.put(persistenceId, salvage.highest(persistenceId)));
        return new Plan(
                isDamaged || !discard.isEmpty() ? Kind.REWRITE : kind,
                survey.findings,
                lost.ranges(),
                lost.everyone(),
                discarded,
                kept);
    }

    /**
     * Does what {@link #plan} says.
     *
     * @param stamp names the folder that old files go to: {@code damaged-} and this
     * @param journalId the id of the new journal
     * @return the folder with the old files; empty if none had to go
     */
    public Optional<Path> run(Set<String> discard, String stamp, UUID journalId) throws IOException {
        Plan plan = plan(discard);
        Exchange exchange = new Exchange(folder, stamp);
        return switch (plan.kind()) {
            case NONE -> Optional.empty();
            case MEND -> mend(plan, exchange, journalId);
            case REWRITE -> {
                try {
                    write(discard, exchange.prepared(), journalId);
                } catch (IOException | RuntimeException e) {
                    exchange.abandon();
                    throw e;
                }
                yield Optional.of(exchange.run());
            }
        };
    }

    private Optional<Path> mend(Plan plan, Exchange exchange, UUID journalId) throws IOException {
        Set<String> aside = new TreeSet<>();
        for (JournalFinding found : plan.findings()) {
            if (found.severity() == Severity.HARMLESS && found.file().endsWith(".index")) {
                aside.add(found.file());
            }
        }
        Optional<Path> moved = aside.isEmpty() ? Optional.empty() : Optional.of(exchange.moveAside(aside));
        directory.close();
        SegmentStore.open(new FileDirectory(folder), settings(journalId), Runnable::run, warning -> {})
                .close();
        return moved;
    }

    private StoreSettings settings(UUID journalId) {
        String owner = salvage.survey.identity.map(Identity::owner).orElse("");
        int size = salvage.survey.segmentSizeBytes;
        boolean isUsual = size >= StoreSettings.LEAST_SEGMENT_BYTES && size <= StoreSettings.MOST_SEGMENT_BYTES;
        return new StoreSettings(owner, journalId, isUsual ? size : 64 << 20, 0);
    }

    private void write(Set<String> discard, Path target, UUID journalId) throws IOException {
        LostEvents lost = salvage.lost(discard);
        try (SegmentStore store =
                SegmentStore.open(new FileDirectory(target), settings(journalId), Runnable::run, warning -> {})) {
            if (!lost.isNone()) {
                store.noteLost(lost);
            }
            for (EventStream stream : salvage.streams.values()) {
                if (!discard.contains(stream.persistenceId)) {
                    copy(stream, store);
                }
            }
            for (String persistenceId : discard) {
                long highest = salvage.highest(persistenceId);
                if (highest > 0) {
                    store.restore(persistenceId, highest, highest);
                }
            }
            store.commit();
        }
    }

    private void copy(EventStream stream, SegmentStore store) throws IOException {
        long last = 0;
        try (Replay replay = new Replay(directory, stream, 1, Long.MAX_VALUE)) {
            for (Optional<StoredEvents> next = replay.next(); next.isPresent(); next = replay.next()) {
                StoredEvents events = next.get();
                byte[] bytes = new byte[events.payload().remaining()];
                events.payload().get(bytes);
                store.copyIn(new EventWrite(
                        stream.persistenceId, events.firstSequenceNr(), events.lastSequenceNr(), List.of(bytes)));
                last = events.lastSequenceNr();
            }
        }
        if (stream.deletedTo() > 0 || stream.highest() > last) {
            store.restore(stream.persistenceId, stream.highest(), stream.deletedTo());
        }
        store.commit();
    }

    @Override
    public void close() throws IOException {
        directory.close();
    }
}
