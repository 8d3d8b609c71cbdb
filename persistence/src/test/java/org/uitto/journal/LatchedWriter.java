package org.uitto.journal;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.uitto.journal.segment.EventWrite;
import org.uitto.journal.segment.SegmentStore;

/** A process that writes one event for each line it reads, and says what became of it. */
final class LatchedWriter {
    private LatchedWriter() {}

    /** Answers each line with {@code "ok sequenceNr"} or {@code "failed " and why}, and goes on in either case. */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (SegmentStore store = KilledWriter.open(Path.of(args[0]), new ArrayList<>())) {
            long sequenceNr = store.highestSequenceNr(KilledWriter.persistenceId(0));
            while (lines.readLine() != null) {
                long next = sequenceNr + 1;
                try {
                    store.append(new EventWrite(
                            KilledWriter.persistenceId(0), next, next, List.of(KilledWriter.payload(0, next))));
                    store.commit();
                    sequenceNr = next;
                    out.println("ok " + next);
                } catch (RuntimeException e) {
                    out.println("failed " + e.getClass().getSimpleName() + ": " + e.getMessage());
                }
            }
        }
    }
}
