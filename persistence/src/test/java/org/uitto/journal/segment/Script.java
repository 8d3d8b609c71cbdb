package org.uitto.journal.segment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;

/** Writes to a journal, knows what it was told of it, and holds that against what a journal says later. */
final class Script {
    static final int SEGMENT_BYTES = 1 << 10;
    static final StoreSettings SETTINGS =
            new StoreSettings("test/one", new UUID(0x0123456789ABCDEFL, 0x1122334455667788L), SEGMENT_BYTES, 0);

    private final Random random;
    private final Map<String, Told> streams = new TreeMap<>();
    final List<String> warnings = new ArrayList<>();

    /** What is known of one persistence id. */
    static final class Told {
        long written;
        long acknowledged;
        long deleteAsked;
        long deleteAcknowledged;
    }

    Script(long seed) {
        random = new Random(seed);
        for (String persistenceId : List.of("a", "b", "käytävä|1")) {
            streams.put(persistenceId, new Told());
        }
    }

    static SegmentStore open(Directory directory, List<String> warnings) throws IOException {
        return SegmentStore.open(directory, SETTINGS, Runnable::run, warnings::add);
    }

    /** The payload that the event has in every script; some events are much larger than others. */
    static byte[] payload(String persistenceId, long sequenceNr) {
        int repeat = sequenceNr % 11 == 0 ? 40 : 1 + (int) (sequenceNr % 4);
        return (persistenceId + "-" + sequenceNr + ";").repeat(repeat).getBytes(StandardCharsets.UTF_8);
    }

    static EventWrite write(String persistenceId, long first, long last) {
        List<byte[]> pieces = new ArrayList<>();
        for (long sequenceNr = first; sequenceNr <= last; sequenceNr++) {
            pieces.add(payload(persistenceId, sequenceNr));
        }
        return new EventWrite(persistenceId, first, last, pieces);
    }

    /** Writes and deletes in {@code groups} groups; stops at the first failure, which it throws on. */
    void run(SegmentStore store, int groups) {
        for (int group = 0; group < groups; group++) {
            int writes = 1 + random.nextInt(4);
            for (int i = 0; i < writes; i++) {
                step(store);
            }
            store.commit();
            acknowledge();
        }
    }

    private void step(SegmentStore store) {
        List<String> ids = List.copyOf(streams.keySet());
        // The last id is a laggard: little is written to it and nothing deleted, so it pins old segments.
        String persistenceId = ids.get(random.nextInt(8) == 0 ? 2 : random.nextInt(2));
        Told told = told(persistenceId);
        if (random.nextInt(6) == 0 && !persistenceId.equals(ids.get(2))) {
            long to = Math.max(told.deleteAsked, told.written - random.nextInt(3));
            told.deleteAsked = to;
            assertEquals(Optional.empty(), store.delete(persistenceId, to));
            return;
        }
        long first = told.written + 1;
        long last = first + (random.nextInt(4) == 0 ? 2 : 0);
        told.written = last;
        assertEquals(Optional.empty(), store.append(write(persistenceId, first, last)));
    }

    private void acknowledge() {
        for (Told told : streams.values()) {
            told.acknowledged = told.written;
            told.deleteAcknowledged = told.deleteAsked;
        }
    }

    private Told told(String persistenceId) {
        Told told = streams.get(persistenceId);
        if (told == null) {
            throw new IllegalArgumentException(persistenceId);
        }
        return told;
    }

    /** Checks that the journal has all that was acknowledged and nothing that was not written. */
    void check(SegmentStore store) throws IOException {
        for (Map.Entry<String, Told> entry : streams.entrySet()) {
            Told told = entry.getValue();
            String persistenceId = entry.getKey();
            long highest = store.highestSequenceNr(persistenceId);
            long deletedTo = store.deletedTo(persistenceId);
            assertTrue(
                    highest >= told.acknowledged && highest <= told.written,
                    () -> persistenceId + ": highest is " + highest + ", acknowledged " + told.acknowledged);
            assertTrue(
                    deletedTo >= told.deleteAcknowledged && deletedTo <= told.deleteAsked,
                    () -> persistenceId + ": deleted to " + deletedTo + ", acknowledged " + told.deleteAcknowledged);
            checkEvents(store, persistenceId, deletedTo + 1, highest);
        }
    }

    /** Goes on from what the journal has after a restart, as a recovered actor does. */
    void resume(SegmentStore store) {
        streams.forEach((persistenceId, told) -> {
            told.written = store.highestSequenceNr(persistenceId);
            told.deleteAsked = store.deletedTo(persistenceId);
        });
        acknowledge();
    }

    /** Checks that a replay of the range gives just these events; they are all there. */
    static void checkEvents(SegmentStore store, String persistenceId, long from, long to) throws IOException {
        long expected = from;
        try (Replay replay = store.replay(persistenceId, from, to)) {
            for (Optional<StoredEvents> next = replay.next(); next.isPresent(); next = replay.next()) {
                StoredEvents events = next.get();
                byte[] found = new byte[events.payload().remaining()];
                events.payload().get(found);
                StringBuilder whole = new StringBuilder();
                for (long sequenceNr = events.firstSequenceNr(); sequenceNr <= events.lastSequenceNr(); sequenceNr++) {
                    whole.append(new String(payload(persistenceId, sequenceNr), StandardCharsets.UTF_8));
                }
                assertEquals(whole.toString(), new String(found, StandardCharsets.UTF_8));
                assertTrue(events.firstSequenceNr() <= expected && events.lastSequenceNr() >= expected, persistenceId);
                expected = events.lastSequenceNr() + 1;
            }
        }
        long end = expected;
        assertTrue(end > to, () -> persistenceId + ": events from " + from + " to " + to + " end before " + end);
    }

    /** What the journal holds, in words that can be compared. */
    static Map<String, String> contents(SegmentStore store) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        for (String persistenceId : store.persistenceIds()) {
            StringBuilder text = new StringBuilder();
            text.append(store.deletedTo(persistenceId))
                    .append("..")
                    .append(store.highestSequenceNr(persistenceId))
                    .append(':');
            try (Replay replay = store.replay(persistenceId, 1, Long.MAX_VALUE)) {
                for (Optional<StoredEvents> next = replay.next(); next.isPresent(); next = replay.next()) {
                    text.append(next.get().firstSequenceNr())
                            .append('=')
                            .append(StandardCharsets.UTF_8.decode(next.get().payload()))
                            .append(' ');
                }
            }
            contents.put(persistenceId, text.toString());
        }
        return contents;
    }
}
