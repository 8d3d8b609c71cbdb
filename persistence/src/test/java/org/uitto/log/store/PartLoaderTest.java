package org.uitto.log.store;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.persistence.SelectedSnapshot;
import org.apache.pekko.persistence.SnapshotMetadata;
import org.apache.pekko.persistence.SnapshotProtocol.LoadSnapshotResult;
import org.junit.jupiter.api.Test;
import org.uitto.log.store.PartLoader.Part;
import scala.Option;

/** Which part an answer of the store is taken for, and which parts are remembered. */
class PartLoaderTest {
    private static final Part ONE = new Part(0, 1);
    private static final Part TWO = new Part(0, 2);

    private final List<Part> asked = new ArrayList<>();
    private final List<String> taken = new ArrayList<>();
    private final PartLoader loader = new PartLoader(asked::add);

    private void read(Part part) {
        loader.read(
                part,
                (bytes, failure) -> taken.add(part.number() + "="
                        + (bytes != null ? "" + bytes[0] : failure != null ? failure.getMessage() : "none")));
    }

    private void loaded(int content) {
        loader.loaded(new LoadSnapshotResult(
                Option.apply(SelectedSnapshot.create(new SnapshotMetadata("slot", 1, 1), new byte[] {(byte) content})),
                1));
    }

    @Test
    void asksForOnePartAtATimeAndAnswersInOrder() {
        read(ONE);
        read(TWO);
        assertEquals(List.of(ONE), asked);

        loaded(11);
        assertEquals(List.of(ONE, TWO), asked);
        loaded(22);

        assertEquals(List.of("1=11", "2=22"), taken);
    }

    @Test
    void remembersTheLastPart() {
        read(ONE);
        loaded(11);
        read(ONE);
        assertEquals(List.of(ONE), asked);
        read(TWO);
        loaded(22);
        read(ONE);

        assertEquals(List.of(ONE, TWO, ONE), asked);
        assertEquals(List.of("1=11", "1=11", "2=22"), taken);
    }

    @Test
    void saysThatThereIsNoneAndWhyAndRemembersNeither() {
        read(ONE);
        loader.loaded(new LoadSnapshotResult(Option.empty(), 1));
        read(ONE);
        loader.failed(new IllegalStateException("broken"));
        read(ONE);

        assertEquals(List.of("1=none", "1=broken"), taken);
        assertEquals(List.of(ONE, ONE, ONE), asked);
    }

    @Test
    void ignoresAnAnswerThatNobodyAskedFor() {
        loaded(99);
        read(ONE);
        loaded(11);

        assertEquals(List.of("1=11"), taken);
    }

    @Test
    void remembersNothingThatWasAskedBeforeASlotWasWritten() {
        read(ONE);
        read(TWO);
        loader.forget();
        loaded(11);
        loaded(22);
        read(TWO);
        loaded(33);
        read(TWO);

        assertEquals(List.of(ONE, TWO, TWO), asked);
        assertEquals(List.of("1=11", "2=22", "2=33", "2=33"), taken);
    }

    @Test
    void forgetsWhatItRemembers() {
        read(ONE);
        loaded(11);
        loader.forget();
        read(ONE);

        assertEquals(List.of(ONE, ONE), asked);
    }
}
