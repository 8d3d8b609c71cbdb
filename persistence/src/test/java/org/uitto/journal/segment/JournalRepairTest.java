package org.uitto.journal.segment;

import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;

final class JournalRepairTest {
    static SimulatedDirectory events(String persistenceId, int count) throws IOException {
        SimulatedDirectory fresh = new SimulatedDirectory();
        try (SegmentStore store = Script.open(fresh, new ArrayList<>())) {
            for (long sequenceNr = 1; sequenceNr <= count; sequenceNr++) {
                store.append(Script.write(persistenceId, sequenceNr, sequenceNr));
                store.commit();
            }
        }
        return fresh;
    }

    static int indexOf(byte[] bytes, byte[] part) {
        for (int at = 0; at + part.length <= bytes.length; at++) {
            if (Arrays.equals(bytes, at, at + part.length, part, 0, part.length)) {
                return at;
            }
        }
        return fail("not there");
    }
}
