package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;

class ShrinkerTest {
    private static final RunPlan DRAWN = RunPlan.drawn(3, 3, 4, 20, Faults.of(Faults.Kind.CRASH));

    private static Shrinker<RunPlan> shrinker(int maxRuns, Predicate<RunPlan> fails) {
        return new Shrinker<>(
                DRAWN, DRAWN, 1, maxRuns, plan -> Optional.of(plan).filter(fails));
    }

    private static boolean has(RunPlan plan, int command) {
        return plan.commands().stream().anyMatch(each -> each.number() == command);
    }

    @Test
    void leavesOutAllThatAFailureDoesNotNeed() {
        int fault = DRAWN.faults().get(2).number();

        RunPlan shrunk = shrinker(
                        1_000,
                        plan -> has(plan, 7)
                                && has(plan, 66)
                                && plan.faults().stream().anyMatch(each -> each.number() == fault))
                .shrink();

        assertEquals(
                List.of(7, 66),
                shrunk.commands().stream().map(PlannedCommand::number).toList());
        assertEquals(
                List.of(fault),
                shrunk.faults().stream().map(PlannedFault::number).toList());
        assertFalse(shrunk.isRough());
        assertEquals("2 clients, 2 commands, 1 fault", shrunk.toString());
    }

    @Test
    void keepsWhatOnlyFailsAsAWhole() {
        assertEquals(
                DRAWN.token(),
                shrinker(1_000, plan -> plan.equals(DRAWN)).shrink().token());
    }

    @Test
    void endsAfterSoManyRuns() {
        AtomicInteger runs = new AtomicInteger();

        shrinker(10, plan -> runs.incrementAndGet() > 0 && has(plan, 7)).shrink();

        assertTrue(runs.get() <= 10);
    }

    @Test
    void aTokenNamesASelection() {
        RunPlan some = DRAWN.withCommands(DRAWN.commands().subList(3, 9))
                .withFaults(DRAWN.faults().subList(0, 2))
                .calm()
                .withLot(2);

        assertEquals(some, DRAWN.select(some.token()));
        assertEquals(DRAWN, DRAWN.select(DRAWN.token()));
        assertThrows(IllegalArgumentException.class, () -> DRAWN.select("3:0"));
    }
}
