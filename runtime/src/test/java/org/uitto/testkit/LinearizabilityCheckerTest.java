package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.uitto.testkit.Operation.Outcome;

/** The checker on histories that are good by construction, and on the same with one fault planted. */
class LinearizabilityCheckerTest {
    private static final int KEYS = 50;
    private static final LinearizabilityChecker<Long, CounterModel.Input, Long> COUNTER =
            new LinearizabilityChecker<>(new CounterModel());
    private static final LinearizabilityChecker<String, RegisterModel.Input, String> REGISTERS =
            new LinearizabilityChecker<>(new RegisterModel());

    @Test
    void acceptsCountersThatAreGoodByConstruction() {
        for (int seed = 0; seed < 300; seed++) {
            SeededRandom random = new SeededRandom(seed);
            List<Operation<CounterModel.Input, Long>> history =
                    generated(new CounterModel(), random, 60, () -> counterInput(random));

            assertTrue(COUNTER.check(history).isLinearizable(), "seed " + seed);
        }
    }

    @Test
    void acceptsRegistersThatAreGoodByConstruction() {
        for (int seed = 0; seed < 300; seed++) {
            SeededRandom random = new SeededRandom(seed);
            List<Operation<RegisterModel.Input, String>> history =
                    generated(new RegisterModel(), random, 100, () -> registerInput(random, 3));

            assertTrue(REGISTERS.check(history).isLinearizable(), "seed " + seed);
        }
    }

    @Test
    void findsOnePlantedFaultInACounter() {
        for (int seed = 0; seed < 300; seed++) {
            SeededRandom random = new SeededRandom(seed);
            List<Operation<CounterModel.Input, Long>> history =
                    new ArrayList<>(generated(new CounterModel(), random, 60, () -> counterInput(random)));
            List<Integer> answered = IntStream.range(0, history.size())
                    .filter(i -> history.get(i).outcome() == Outcome.OK)
                    .boxed()
                    .toList();
            int faulty = answered.get(random.below(answered.size()));

            history.set(faulty, withResult(history.get(faulty), -1L));

            assertInstanceOf(LinearizabilityVerdict.Violation.class, COUNTER.check(history), "seed " + seed);
        }
    }

    @Test
    void findsOnePlantedFaultInARegister() {
        for (int seed = 0; seed < 300; seed++) {
            SeededRandom random = new SeededRandom(seed);
            List<Operation<RegisterModel.Input, String>> history =
                    new ArrayList<>(generated(new RegisterModel(), random, 100, () -> registerInput(random, 3)));
            List<Integer> reads = IntStream.range(0, history.size())
                    .filter(i -> history.get(i).input() instanceof RegisterModel.Get
                            && history.get(i).outcome() == Outcome.OK)
                    .boxed()
                    .toList();
            int faulty = reads.get(random.below(reads.size()));

            history.set(faulty, withResult(history.get(faulty), "never written"));

            assertInstanceOf(LinearizabilityVerdict.Violation.class, REGISTERS.check(history), "seed " + seed);
        }
    }

    @Test
    void findsAStaleRead() {
        List<Operation<RegisterModel.Input, String>> history = List.of(
                ok("a", new RegisterModel.Put("k", "1"), 0, 10, "1"),
                ok("a", new RegisterModel.Put("k", "2"), 20, 30, "2"),
                ok("b", new RegisterModel.Get("k"), 31, 40, "1"));

        LinearizabilityVerdict verdict = REGISTERS.check(history);

        LinearizabilityVerdict.Violation violation = assertInstanceOf(LinearizabilityVerdict.Violation.class, verdict);
        assertEquals("k", violation.part());
        assertEquals(1, violation.stuck().size());
    }

    @Test
    void findsALostUpdate() {
        List<Operation<CounterModel.Input, Long>> history =
                List.of(ok("a", new CounterModel.Add(1), 0, 10, 1L), ok("b", new CounterModel.Add(1), 5, 15, 1L));

        assertFalse(COUNTER.check(history).isLinearizable());
    }

    @Test
    void takesAnOperationOfUnknownOutcomeAsDoneAtAnyLaterTimeOrNever() {
        Operation<CounterModel.Input, Long> unknown = unknown("a", new CounterModel.Add(5), 0);

        assertTrue(COUNTER.check(List.of(unknown, ok("b", new CounterModel.Get(), 100, 110, 0L)))
                .isLinearizable());
        assertTrue(COUNTER.check(List.of(
                        unknown,
                        ok("b", new CounterModel.Get(), 100, 110, 0L),
                        ok("b", new CounterModel.Get(), 200, 210, 5L)))
                .isLinearizable());
        assertFalse(COUNTER.check(List.of(
                        unknown,
                        ok("b", new CounterModel.Get(), 100, 110, 5L),
                        ok("b", new CounterModel.Get(), 200, 210, 0L)))
                .isLinearizable());
        assertFalse(COUNTER.check(List.of(ok("b", new CounterModel.Get(), 0, 10, 5L), unknown("a", add(5), 20)))
                .isLinearizable());
    }

    @Test
    void takesAFailedOperationAsNotDone() {
        Operation<CounterModel.Input, Long> failed = new Operation<>("a", add(5), 0, 10, Outcome.FAIL, null);

        assertFalse(COUNTER.check(List.of(failed, ok("b", new CounterModel.Get(), 20, 30, 5L)))
                .isLinearizable());
    }

    @Test
    void triesEqualOperationsOfUnknownOutcomeInOneOrderOnly() {
        List<Operation<CounterModel.Input, Long>> history = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            history.add(unknown("c" + i, add(1), i));
        }
        history.add(ok("reader", new CounterModel.Get(), 1_000, 1_010, 61L));

        assertInstanceOf(LinearizabilityVerdict.Violation.class, COUNTER.check(history));
    }

    @Test
    void givesUpWhenTheSearchIsTooLong() {
        List<Operation<CounterModel.Input, Long>> history = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            history.add(unknown("c" + i, add(1L << i), i));
        }
        history.add(ok("reader", new CounterModel.Get(), 1_000, 1_010, -1L));

        LinearizabilityVerdict verdict = new LinearizabilityChecker<>(new CounterModel(), 10_000).check(history);

        assertEquals(new LinearizabilityVerdict.Undecided("", 10_000), verdict);
    }

    @Test
    void decidesAboutFiveThousandOperationsInFewSteps() {
        SeededRandom random = new SeededRandom(7);
        List<Operation<RegisterModel.Input, String>> registers =
                generated(new RegisterModel(), random, 5_000, () -> registerInput(random, 5));
        List<Operation<CounterModel.Input, Long>> counter =
                generated(new CounterModel(), random, 5_000, () -> counterInput(random));

        assertTrue(new LinearizabilityChecker<>(new RegisterModel(), 500_000)
                .check(registers)
                .isLinearizable());
        assertTrue(new LinearizabilityChecker<>(new CounterModel(), 500_000)
                .check(counter)
                .isLinearizable());
    }

    @Test
    void decidesAboutAHundredThousandOperationsOverFiftyKeysInFewSteps() {
        int count = 100_000;
        SeededRandom random = new SeededRandom(11);

        assertGoodAndOneFaultFound(
                new RegisterModel(), random, count, () -> registerInput(random, KEYS), "never written", 0.002);
        assertGoodAndOneFaultFound(
                new KeyedModel<>(new CounterModel()),
                random,
                count,
                () -> keyed(random, counterInput(random)),
                -1L,
                0.002);
        assertGoodAndOneFaultFound(
                new KeyedModel<>(new QueueModel()),
                random,
                count,
                () -> keyed(random, queueInput(random)),
                "never put in",
                0);
    }

    @Test
    void findsOnePlantedFaultInAQueue() {
        for (int seed = 0; seed < 200; seed++) {
            SeededRandom random = new SeededRandom(seed);
            assertGoodAndOneFaultFound(
                    new KeyedModel<>(new QueueModel()),
                    random,
                    60,
                    () -> new KeyedModel.Keyed<>("k" + random.below(5), queueInput(random)),
                    "never put in",
                    0.01);
        }
    }

    @Test
    void findsAQueueThatGivesTheSameTwiceOrInAnotherOrder() {
        QueueModel.Input first = new QueueModel.Enqueue("1");
        QueueModel.Input second = new QueueModel.Enqueue("2");
        QueueModel.Input take = new QueueModel.Dequeue();
        LinearizabilityChecker<List<String>, QueueModel.Input, String> queue =
                new LinearizabilityChecker<>(new QueueModel());

        assertFalse(queue.check(List.of(ok("a", first, 0, 1, "1"), ok("a", take, 2, 3, "1"), ok("b", take, 2, 3, "1")))
                .isLinearizable());
        assertFalse(
                queue.check(List.of(ok("a", first, 0, 1, "1"), ok("a", second, 2, 3, "2"), ok("b", take, 4, 5, "2")))
                        .isLinearizable());
        assertTrue(queue.check(List.of(ok("a", first, 0, 3, "1"), ok("c", second, 1, 3, "2"), ok("b", take, 4, 5, "2")))
                .isLinearizable());
    }

    /** By construction it is good; with one answer that nothing explains it is not. */
    private static <S, I, R> void assertGoodAndOneFaultFound(
            SequentialModel<S, I, R> model,
            SeededRandom random,
            int count,
            Supplier<I> inputs,
            R unexplained,
            double unknown) {
        List<Operation<I, R>> history = new ArrayList<>(generated(model, random, count, inputs, unknown));
        LinearizabilityChecker<S, I, R> checker = new LinearizabilityChecker<>(model, 1_000_000);
        assertTrue(checker.check(history).isLinearizable());

        int faulty = random.below(count);
        while (history.get(faulty).outcome() != Outcome.OK) {
            faulty = (faulty + 1) % count;
        }
        history.set(faulty, withResult(history.get(faulty), unexplained));

        assertInstanceOf(LinearizabilityVerdict.Violation.class, checker.check(history));
    }

    @Test
    void takesWhatHasNotComeBackAsUnknown() {
        long[] now = {0};
        History<CounterModel.Input, Long> history = new History<>(() -> now[0]);

        History<CounterModel.Input, Long>.Call add = history.call("a", add(1));
        history.call("b", add(2));
        now[0] = 10;
        add.ok(1L);
        add.fail();

        assertEquals(
                List.of(ok("a", add(1), 0, 10, 1L), new Operation<>("b", add(2), 0, 10, Outcome.UNKNOWN, null)),
                history.operations());
    }

    private static <S, I, R> List<Operation<I, R>> generated(
            SequentialModel<S, I, R> model, SeededRandom random, int count, Supplier<I> inputs) {
        return generated(model, random, count, inputs, 0.04);
    }

    /**
     * A history whose operations took effect one after another at instants 1,000 apart, each called up to 4,000 before
     * its instant and returned up to 4,000 after it; one in 50 never happened.
     */
    private static <S, I, R> List<Operation<I, R>> generated(
            SequentialModel<S, I, R> model, SeededRandom random, int count, Supplier<I> inputs, double unknown) {
        Map<Object, S> states = new HashMap<>();
        List<Operation<I, R>> history = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            I input = inputs.get();
            long instant = 10_000L + 1_000L * i;
            long call = instant - random.between(1, 4_000);
            long end = instant + random.between(1, 4_000);
            boolean happened = !random.chance(0.02);
            boolean known = !random.chance(unknown);
            R result = null;
            if (happened) {
                S state = states.getOrDefault(model.part(input), model.initial());
                SequentialModel.Step<S, R> step = model.apply(state, input);
                states.put(model.part(input), step.state());
                result = step.result();
            }
            Outcome outcome = !known ? Outcome.UNKNOWN : happened ? Outcome.OK : Outcome.FAIL;
            history.add(new Operation<>("c" + i, input, call, end, outcome, known ? result : null));
        }
        Collections.shuffle(history, new Random(random.nextLong()));
        return history;
    }

    private static QueueModel.Input queueInput(SeededRandom random) {
        return random.chance(0.5) ? new QueueModel.Enqueue(Long.toString(random.nextLong())) : new QueueModel.Dequeue();
    }

    private static <I> KeyedModel.Keyed<I> keyed(SeededRandom random, I input) {
        return new KeyedModel.Keyed<>("k" + random.below(KEYS), input);
    }

    private static CounterModel.Input counterInput(SeededRandom random) {
        return random.chance(0.4) ? new CounterModel.Get() : add(random.between(1, 3));
    }

    private static RegisterModel.Input registerInput(SeededRandom random, int keyCount) {
        String key = "k" + random.below(keyCount);
        String value = Integer.toString(random.below(10));
        return switch (random.below(5)) {
            case 0 -> new RegisterModel.Put(key, value);
            case 1 -> new RegisterModel.Cas(key, Integer.toString(random.below(10)), value);
            case 2 -> new RegisterModel.Append(key, value);
            default -> new RegisterModel.Get(key);
        };
    }

    private static CounterModel.Add add(long amount) {
        return new CounterModel.Add(amount);
    }

    private static <I, R> Operation<I, R> ok(String client, I input, long call, long end, R result) {
        return new Operation<>(client, input, call, end, Outcome.OK, result);
    }

    private static <I, R> Operation<I, R> unknown(String client, I input, long call) {
        return new Operation<>(client, input, call, call, Outcome.UNKNOWN, null);
    }

    private static <I, R> Operation<I, R> withResult(Operation<I, R> operation, @Nullable R result) {
        return new Operation<>(
                operation.client(),
                operation.input(),
                operation.callNanos(),
                operation.returnNanos(),
                operation.outcome(),
                result);
    }
}
