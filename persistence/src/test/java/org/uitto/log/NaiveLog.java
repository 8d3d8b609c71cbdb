package org.uitto.log;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.uitto.log.LogMutation.EntriesAppended;

/** A log as a plain list of entries: what {@link LogWindow} must look like to its readers. */
final class NaiveLog {
    /** One entry, its body as text. */
    record Entry(long term, EntryKind kind, String body) {
        int lengthBytes() {
            return Integer.BYTES + 1 + body.length();
        }
    }

    final List<Entry> entries = new ArrayList<>();

    LogPosition last() {
        return entries.isEmpty() ? LogPosition.ZERO : positionAt(entries.size());
    }

    LogPosition positionAt(long index) {
        return index == 0 ? LogPosition.ZERO : new LogPosition(entry(index).term(), index);
    }

    Entry entry(long index) {
        return entries.get((int) index - 1);
    }

    long lastIndexUpTo(long maxIndex, long maxTerm) {
        long index = maxIndex;
        while (index > 0 && entry(index).term() > maxTerm) {
            index--;
        }
        return index;
    }

    List<Entry> read(long firstIndex, long lastIndex, long maxBytes) {
        List<Entry> found = new ArrayList<>();
        long bytes = 0;
        for (long index = firstIndex; index <= Math.min(lastIndex, entries.size()); index++) {
            bytes += entry(index).lengthBytes();
            if (bytes > maxBytes && !found.isEmpty()) {
                break;
            }
            found.add(entry(index));
        }
        return found;
    }

    void apply(EntriesAppended mutation) {
        entries.subList((int) mutation.prev().index(), entries.size()).clear();
        entries.addAll(entriesOf(mutation.batches()));
    }

    /** The entries of {@code batches}, taken apart. */
    static List<Entry> entriesOf(List<EntryBatch> batches) {
        List<Entry> entries = new ArrayList<>();
        for (EntryBatch batch : batches) {
            batch.payloads()
                    .forEach((kind, array, offset, length) -> entries.add(new Entry(
                            batch.term(),
                            kind,
                            new String(array, offset, length, java.nio.charset.StandardCharsets.US_ASCII))));
        }
        return entries;
    }

    /** A mutation that fits this log: it cuts behind any of its entries, and appends a few batches. */
    EntriesAppended anyMutation(SplittableRandom random) {
        long keep = random.nextInt(3) == 0 ? random.nextLong(entries.size() + 1L) : entries.size();
        LogPosition prev = positionAt(keep);
        List<EntryBatch> batches = new ArrayList<>();
        long term = Math.max(1, prev.term());
        long index = keep + 1;
        int count = 1 + random.nextInt(3);
        for (int i = 0; i < count; i++) {
            term += random.nextInt(2);
            Payloads payloads = anyPayloads(random, 1 + random.nextInt(6));
            batches.add(new EntryBatch(new LogPosition(term, index), payloads));
            index += payloads.count();
        }
        return new EntriesAppended(prev, batches);
    }

    static Payloads anyPayloads(SplittableRandom random, int count) {
        Payloads.Builder builder = new Payloads.Builder();
        for (int i = 0; i < count; i++) {
            byte[] body = new byte[random.nextInt(20)];
            for (int at = 0; at < body.length; at++) {
                body[at] = (byte) ('a' + random.nextInt(26));
            }
            builder.add(random.nextBoolean() ? EntryKind.EVENTS : EntryKind.NO_OP, body);
        }
        return builder.build();
    }
}
