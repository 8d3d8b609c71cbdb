package org.uitto.log.store;

import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.uitto.kryo.KryoCodec;
import org.uitto.kryo.KryoSerializationException;
import org.uitto.log.EntryBatch;
import org.uitto.log.EntryKind;
import org.uitto.log.LogMutation.EntriesAppended;
import org.uitto.log.LogMutation.Started;
import org.uitto.log.LogMutation.StorageSaved;
import org.uitto.log.LogMutation.TermAndVoteSaved;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.Payloads;
import org.uitto.log.StorageId;
import org.uitto.log.StorageRecord;
import org.uitto.log.TermAndVote;

/** The journal's events as bytes. What stands here is on disks: a layout that changes needs another id. */
class LogLayoutTest {
    private static final int LOG_MUTATIONS = 100;
    private static final StorageRecord STORAGE = StorageRecord.begun(new StorageId(7))
            .knowing(new NodeId("b"), new StorageId(8))
            .as(StorageRecord.Standing.BY_THE_LOG);
    private static final ActorTestKit KIT = ActorTestKit.create();

    private static LayoutCheck check;

    @BeforeAll
    static void start() {
        check = new LayoutCheck(KryoCodec.get(KIT.system()));
    }

    @AfterAll
    static void stop() {
        KIT.shutdownTestKit();
    }

    private static EntriesAppended twoBatches() {
        Payloads ofTermTwo = new Payloads.Builder()
                .add(EntryKind.NO_OP, new byte[0])
                .add(EntryKind.EVENTS, new byte[] {0x41, 0x42, 0x43})
                .build();
        Payloads ofTermThree = Payloads.single(EntryKind.EVENTS, new byte[] {0x7f});
        return new EntriesAppended(
                new LogPosition(1, 299),
                List.of(
                        new EntryBatch(new LogPosition(2, 300), ofTermTwo),
                        new EntryBatch(new LogPosition(3, 302), ofTermThree)));
    }

    private static LogMutations everything() {
        return new LogMutations(List.of(
                new Started(7, 0x01020304),
                new StorageSaved(STORAGE),
                new TermAndVoteSaved(new TermAndVote(5, Optional.empty())),
                new TermAndVoteSaved(new TermAndVote(6, Optional.of(new NodeId("node-a")))),
                twoBatches()));
    }

    static Stream<LogMutations> events() {
        return Stream.of(
                new LogMutations(List.of(new Started(1, 0x0a0b0c0d))),
                new LogMutations(List.of(new TermAndVoteSaved(new TermAndVote(1L << 40, Optional.empty())))),
                new LogMutations(List.of(twoBatches())),
                everything());
    }

    @Test
    @DisplayName("L4 an event stands in the bytes in which it was first written")
    void anEventStandsInTheBytesInWhichItWasFirstWritten() throws KryoSerializationException {
        check.golden(new LogMutations(List.of(new Started(1, 0x0a0b0c0d))), LOG_MUTATIONS, "0101010d0c0b0a");
        check.golden(
                everything(),
                LOG_MUTATIONS,
                "05"
                        + "01" + "07" + "04030201"
                        + "06" + "0700000000000000" + "01" + "01" + "8262" + "0800000000000000"
                        + "02" + "05" + "00"
                        + "02" + "06" + "01" + "6e6f64652de1"
                        + "03" + "01" + "ab02" + "02"
                        + "02" + "ac02" + "02" + "0d" + "0000000000" + "0000000301414243"
                        + "03" + "ae02" + "01" + "06" + "00000001017f");
    }

    @Test
    void aSliceOfABatchStandsAsIfItWereWhole() throws KryoSerializationException {
        EntryBatch slice = twoBatches().batches().get(0).from(301);

        check.golden(
                new LogMutations(List.of(new EntriesAppended(new LogPosition(2, 300), List.of(slice)))),
                LOG_MUTATIONS,
                "01" + "03" + "02" + "ac02" + "01" + "02" + "ad02" + "01" + "08" + "0000000301414243");
    }

    @ParameterizedTest
    @MethodSource("events")
    void everyTruncationIsAnError(LogMutations event) throws KryoSerializationException {
        check.truncations(event);
    }

    @ParameterizedTest
    @MethodSource("events")
    void damagedBytesAreAnErrorOrAnEvent(LogMutations event) throws KryoSerializationException {
        check.mutations(event, event.mutations().size());
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.ValueSource(
            strings = {
                "0109", // A mutation of an unknown kind.
                "01010000000000", // A start before the first.
                "0103010102020200", // Batches that do not follow.
                "ffffffff0f", // More mutations than there can be.
                "010301010102010101ffffffff07" // More bytes than there are.
            })
    void whatNobodyHasWrittenIsAnError(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);

        org.junit.jupiter.api.Assertions.assertThrows(
                KryoSerializationException.class,
                () -> KryoCodec.get(KIT.system()).fromBytes(LOG_MUTATIONS, bytes, 0, bytes.length));
    }
}
