package org.uitto.testkit;

import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.uitto.replicated.ReplicatedBehavior;

/**
 * What a {@link ReplicatedTestKit} was told.
 *
 * @param factory makes the behavior anew for each replica
 * @param commandsEach how many commands each client sends
 * @param generator draws what clients send; empty if only the script does
 * @param examines whether each call of the handlers is looked at
 * @param script what happens first in each run
 */
record KitSettings<Command, Event, State>(
        String name,
        Supplier<ReplicatedBehavior<Command, Event, State>> factory,
        int nodeCount,
        int clientCount,
        int commandsEach,
        Optional<CommandGenerator<Command>> generator,
        Faults faults,
        boolean examines,
        Optional<Consumer<ScriptedRun<Command>>> script,
        SimulationConfig config) {
    KitSettings<Command, Event, State> withNodeCount(int count) {
        return new KitSettings<>(
                name, factory, count, clientCount, commandsEach, generator, faults, examines, script, config);
    }

    KitSettings<Command, Event, State> withClientCount(int count) {
        return new KitSettings<>(
                name, factory, nodeCount, count, commandsEach, generator, faults, examines, script, config);
    }

    KitSettings<Command, Event, State> withCommands(int countEach, CommandGenerator<Command> drawn) {
        return new KitSettings<>(
                name, factory, nodeCount, clientCount, countEach, Optional.of(drawn), faults, examines, script, config);
    }

    KitSettings<Command, Event, State> withFaults(Faults wanted) {
        return new KitSettings<>(
                name, factory, nodeCount, clientCount, commandsEach, generator, wanted, examines, script, config);
    }

    KitSettings<Command, Event, State> withScript(Consumer<ScriptedRun<Command>> steps) {
        return new KitSettings<>(
                name,
                factory,
                nodeCount,
                clientCount,
                commandsEach,
                generator,
                faults,
                examines,
                Optional.of(steps),
                config);
    }

    KitSettings<Command, Event, State> withConfig(SimulationConfig read) {
        return new KitSettings<>(
                name, factory, nodeCount, clientCount, commandsEach, generator, faults, examines, script, read);
    }

    KitSettings<Command, Event, State> unexamined() {
        return new KitSettings<>(
                name, factory, nodeCount, clientCount, commandsEach, generator, faults, false, script, config);
    }

    /** All that {@code seed} draws. */
    RunPlan plan(long seed) {
        return RunPlan.drawn(seed, nodeCount, generator.isPresent() ? clientCount : 0, commandsEach, faults);
    }
}
