package org.uitto.samples.chaos;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.uitto.samples.chaos.CounterClient.Input;
import org.uitto.samples.chaos.StoreInput.Verb;
import org.uitto.testkit.Operation;
import org.uitto.testkit.Operation.Outcome;

/** The checks find what is wrong, and nothing else. */
class ChecksTest {
    private final List<Operation<StoreInput, StoreAnswer>> store = new ArrayList<>();
    private final List<Operation<Input, Long>> counter = new ArrayList<>();

    private void ok(int at, Verb verb, String key, String value, StoreAnswer answer) {
        store.add(new Operation<>(
                "1", new StoreInput(verb, key, value, verb == Verb.CAS ? "old" : ""), at, at + 1, Outcome.OK, answer));
    }

    private void unknown(int at, Verb verb, String key, String value) {
        store.add(new Operation<>("2", new StoreInput(verb, key, value, ""), at, at + 1, Outcome.UNKNOWN, null));
    }

    private static StoreAnswer found(String value) {
        return StoreAnswer.found(Optional.of(value));
    }

    private void counted(int call, int end, Input input, long value) {
        counter.add(new Operation<>("1", input, call, end, Outcome.OK, value));
    }

    @Test
    void theModelDoesWhatTheStoreDoes() {
        ok(0, Verb.GET, "k", "", StoreAnswer.found(Optional.empty()));
        ok(10, Verb.APPEND, "k", "a", StoreAnswer.DONE);
        ok(20, Verb.APPEND, "k", "b", StoreAnswer.DONE);
        ok(30, Verb.GET, "k", "", found("ab"));
        ok(40, Verb.CAS, "k", "new", StoreAnswer.NOT_SWAPPED);
        ok(50, Verb.PUT, "k", "old", StoreAnswer.DONE);
        ok(60, Verb.CAS, "k", "new", StoreAnswer.DONE);
        ok(70, Verb.GET, "k", "", found("new"));
        ok(80, Verb.DELETE, "k", "", StoreAnswer.DONE);
        ok(90, Verb.GET, "k", "", StoreAnswer.found(Optional.empty()));
        ok(100, Verb.CAS, "k", "new", StoreAnswer.NOT_SWAPPED);

        Check check = Checks.linearizable(store);

        assertTrue(check.isOk(), check::detail);
        assertEquals("11 operations on 1 keys", check.detail());
    }

    @Test
    void aStaleReadIsNoLinearizableOne() {
        ok(0, Verb.PUT, "k", "one", StoreAnswer.DONE);
        ok(10, Verb.PUT, "k", "two", StoreAnswer.DONE);
        ok(20, Verb.GET, "k", "", found("one"));

        assertFalse(Checks.linearizable(store).isOk());
    }

    @Test
    void anUnknownWriteMayShowLater() {
        ok(0, Verb.PUT, "k", "one", StoreAnswer.DONE);
        unknown(10, Verb.PUT, "k", "two");
        ok(20, Verb.GET, "k", "", found("one"));
        ok(30, Verb.GET, "k", "", found("two"));

        assertTrue(Checks.linearizable(store).isOk());
    }

    @Test
    void findsALostAppend() {
        ok(0, Verb.APPEND, "log0.0", "a;", StoreAnswer.DONE);
        ok(10, Verb.APPEND, "log0.0", "b;", StoreAnswer.DONE);
        ok(20, Verb.GET, "log0.0", "", found("b;"));

        assertEquals(
                "log0.0 has lost a;", Checks.acknowledgedWritesAreThere(store).detail());
    }

    @Test
    void findsAnAppendThatWasMadeTwice() {
        ok(0, Verb.APPEND, "log0.0", "a;", StoreAnswer.DONE);
        unknown(10, Verb.APPEND, "log0.0", "b;");
        ok(20, Verb.GET, "log0.0", "", found("a;b;b;"));

        assertEquals(
                "log0.0 has twice b;", Checks.acknowledgedWritesAreThere(store).detail());
    }

    @Test
    void anUnknownAppendMayBeThereOrNot() {
        ok(0, Verb.APPEND, "log0.0", "a;", StoreAnswer.DONE);
        unknown(10, Verb.APPEND, "log0.0", "b;");
        unknown(20, Verb.APPEND, "log0.0", "c;");
        ok(30, Verb.GET, "log0.0", "", found("a;c;"));

        Check check = Checks.acknowledgedWritesAreThere(store);

        assertTrue(check.isOk(), check::detail);
    }

    @Test
    void aCounterWithUnknownAdditionsMayBeHigher() {
        counted(0, 1, Input.ADD, 1);
        counter.add(new Operation<>("2", Input.ADD, 2, 3, Outcome.UNKNOWN, null));
        counter.add(new Operation<>("2", Input.ADD, 2, 3, Outcome.FAIL, null));
        counted(4, 5, Input.GET, 1);
        counted(6, 7, Input.ADD, 3);

        Check check = Checks.counterIsExact(counter, OptionalLong.of(3));

        assertTrue(check.isOk(), check::detail);
        assertEquals("2 acknowledged, 1 unknown, counter at 3", check.detail());
        assertFalse(Checks.counterIsExact(counter, OptionalLong.of(4)).isOk());
        assertFalse(Checks.counterIsExact(counter, OptionalLong.of(1)).isOk());
        assertFalse(Checks.counterIsExact(counter, OptionalLong.empty()).isOk());
    }

    @Test
    void aStaleCounterIsFound() {
        counted(0, 1, Input.ADD, 1);
        counted(2, 3, Input.ADD, 2);
        counted(4, 5, Input.GET, 1);

        assertFalse(Checks.counterIsExact(counter, OptionalLong.of(2)).isOk());
    }

    @Test
    void twoAdditionsWithOneSumAreFound() {
        counted(0, 5, Input.ADD, 1);
        counted(0, 5, Input.ADD, 1);

        assertFalse(Checks.counterIsExact(counter, OptionalLong.of(2)).isOk());
    }

    @Test
    void writesTheHistoryInTheFormatOfOutsideCheckers() {
        assertEquals(
                "{\"client\":1,\"op\":\"cas\",\"key\":\"k\",\"value\":\"v\",\"expect\":\"old\",\"ok\":true,\"call\":12,\"ret\":345,\"status\":\"ok\"}",
                StoreHistory.line(new Operation<>(
                        "1", new StoreInput(Verb.CAS, "k", "v", "old"), 12, 345, Outcome.OK, StoreAnswer.DONE)));
        assertEquals(
                "{\"client\":1,\"op\":\"get\",\"key\":\"k\",\"found\":true,\"value\":\"v\",\"call\":12,\"ret\":345,\"status\":\"ok\"}",
                StoreHistory.line(
                        new Operation<>("1", new StoreInput(Verb.GET, "k", "", ""), 12, 345, Outcome.OK, found("v"))));
        assertEquals(
                "{\"client\":3,\"op\":\"append\",\"key\":\"k\",\"value\":\"v\",\"call\":12,\"status\":\"info\"}",
                StoreHistory.line(new Operation<>(
                        "3", new StoreInput(Verb.APPEND, "k", "v", ""), 12, 345, Outcome.UNKNOWN, null)));
        assertEquals(
                "{\"client\":3,\"op\":\"delete\",\"key\":\"k\",\"call\":12,\"ret\":345,\"status\":\"fail\"}",
                StoreHistory.line(
                        new Operation<>("3", new StoreInput(Verb.DELETE, "k", "", ""), 12, 345, Outcome.FAIL, null)));
    }

    @Test
    void scalesEndAtRoundNumbers() {
        assertEquals(1, Timeline.niceAbove(1));
        assertEquals(40, Timeline.niceAbove(21));
        assertEquals(200, Timeline.niceAbove(101));
        assertEquals(1000, Timeline.niceAbove(999));
    }

    @Test
    void keysTakeTurns() {
        StoreKeys keys = new StoreKeys();
        for (int i = 0; i < 401; i++) {
            keys.next(0, 0, 1);
        }
        for (int client = 1; client <= 10; client++) {
            keys.next(3, 5, client);
        }

        assertEquals(List.of("log0.0", "log0.1", "key23.0", "key23.1"), keys.all());
        assertEquals("key23.1", keys.next(3, 5, 1));
        assertTrue(StoreKeys.isAppendOnly("log0.1"));
        assertFalse(StoreKeys.isAppendOnly("key23.0"));
    }
}
