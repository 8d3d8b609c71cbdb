package org.uitto.core;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.uitto.log.Configuration;
import org.uitto.log.EntryBatch;
import org.uitto.log.EntryKind;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogPosition;
import org.uitto.log.LogView;
import org.uitto.log.LogWindow;
import org.uitto.log.NodeId;
import org.uitto.log.Payloads;

/** Logs as the paper draws them: the terms of their entries. An entry's body names its position. */
final class Logs {
    private Logs() {}

    /** A log whose entry at index i has the i-th of {@code terms}, each entry in a batch of its own. */
    static LogWindow log(long... terms) {
        LogWindow log = new LogWindow();
        if (terms.length > 0) {
            log.apply(new EntriesAppended(LogPosition.ZERO, entries(1, terms)));
        }
        return log;
    }

    /** The like, but the first entry is a configuration: nodes a, b and c on their first storages. */
    static LogWindow configured(long... terms) {
        Configuration configuration = Configuration.of(SoloNode.THREE);
        for (NodeId node : SoloNode.THREE) {
            configuration = configuration.with(node, KnownStorages.storageOf(node));
        }
        List<EntryBatch> batches = new ArrayList<>(List.of(configuration(at(terms[0], 1), configuration)));
        for (int i = 1; i < terms.length; i++) {
            batches.add(batch(terms[i], i + 1, 1));
        }
        LogWindow log = new LogWindow();
        log.apply(new EntriesAppended(LogPosition.ZERO, batches));
        return log;
    }

    /** An entry that says who takes part. */
    static EntryBatch configuration(LogPosition at, Configuration configuration) {
        return new EntryBatch(at, Payloads.single(EntryKind.CONFIGURATION, configuration.toBytes()));
    }

    /** Entries from {@code firstIndex} on, each in a batch of its own. */
    static List<EntryBatch> entries(long firstIndex, long... terms) {
        List<EntryBatch> batches = new ArrayList<>();
        for (long term : terms) {
            batches.add(batch(term, firstIndex + batches.size(), 1));
        }
        return batches;
    }

    /** {@code count} entries of one term in one batch. */
    static EntryBatch batch(long term, long firstIndex, int count) {
        Payloads.Builder payloads = new Payloads.Builder();
        for (int i = 0; i < count; i++) {
            String body = term + "/" + (firstIndex + i);
            payloads.add(EntryKind.EVENTS, body.getBytes(StandardCharsets.US_ASCII));
        }
        return new EntryBatch(at(term, firstIndex), payloads.build());
    }

    static LogPosition at(long term, long index) {
        return new LogPosition(term, index);
    }

    /** The terms of a log's entries. */
    static List<Long> termsOf(LogView log) {
        return LongStream.rangeClosed(1, log.last().index())
                .mapToObj(log::termAt)
                .toList();
    }
}
