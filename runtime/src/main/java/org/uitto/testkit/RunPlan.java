package org.uitto.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What is to happen in one run: all that the seed draws, or a selection of it. A function of the kit's settings and a few
 * numbers, so {@link #token()} is enough to run it again.
 *
 * @param seed what commands and faults are drawn from
 * @param lot another order of events for the same plan
 * @param isRough whether networks and disks are slow and lossy, as drawn; else they are calm
 * @param nodeCount how many nodes the group has
 * @param commands what clients send, in the order of their times
 * @param faults what goes wrong, in the order of their times
 */
record RunPlan(
        long seed, int lot, boolean isRough, int nodeCount, List<PlannedCommand> commands, List<PlannedFault> faults) {
    private static final long TROUBLE_MILLIS = 8_000;
    private static final int COMMANDS_AFTERWARDS = 2;

    RunPlan {
        commands = List.copyOf(commands);
        faults = List.copyOf(faults);
    }

    /** All that {@code seed} draws. */
    static RunPlan drawn(long seed, int nodeCount, int clientCount, int commandsEach, Faults faults) {
        return new RunPlan(
                seed,
                0,
                !faults.isNone(),
                nodeCount,
                drawCommands(seed, clientCount, commandsEach),
                drawFaults(SeededRandom.named(seed, "faults"), nodeCount, faults));
    }

    private static List<PlannedCommand> drawCommands(long seed, int clientCount, int commandsEach) {
        List<PlannedCommand> commands = new ArrayList<>();
        for (int client = 1; client <= clientCount; client++) {
            SeededRandom random = SeededRandom.named(seed, "times of client " + client);
            long at = random.between(0, 1_000);
            long longestPause = Math.max(1, 2 * random.between(1, TROUBLE_MILLIS) / commandsEach);
            for (int i = 0; i < commandsEach; i++) {
                boolean isAfterwards = i >= commandsEach - COMMANDS_AFTERWARDS;
                commands.add(new PlannedCommand(commands.size() + 1, client, at, isAfterwards));
                at += random.between(0, longestPause);
            }
        }
        return commands;
    }

    private static List<PlannedFault> drawFaults(SeededRandom random, int nodeCount, Faults faults) {
        Map<Faults.Kind, Integer> mix = faults.mix(random);
        int total = mix.values().stream().mapToInt(Integer::intValue).sum();
        long longestPause = random.between(50, 2_000);
        double aimAtLeader = random.below(100) / 100.0;
        List<PlannedFault> planned = new ArrayList<>();
        for (long at = random.between(200, 1_500); total > 0 && at < TROUBLE_MILLIS; ) {
            planned.add(new PlannedFault(
                    planned.size() + 1,
                    drawKind(random, mix, total),
                    at,
                    random.chance(aimAtLeader) ? PlannedFault.LEADER : random.below(nodeCount),
                    random.below(nodeCount),
                    random.between(1, 3_000),
                    random.below(1_000)));
            at += random.between(1, longestPause);
        }
        return planned;
    }

    private static Faults.Kind drawKind(SeededRandom random, Map<Faults.Kind, Integer> mix, int total) {
        int at = random.below(total);
        for (Map.Entry<Faults.Kind, Integer> each : mix.entrySet()) {
            at -= each.getValue();
            if (at < 0) {
                return each.getKey();
            }
        }
        throw new IllegalStateException("Weights of " + mix + " don't add up to " + total);
    }

    RunPlan withCommands(List<PlannedCommand> kept) {
        return new RunPlan(seed, lot, isRough, nodeCount, kept, faults);
    }

    RunPlan withFaults(List<PlannedFault> kept) {
        return new RunPlan(seed, lot, isRough, nodeCount, commands, kept);
    }

    RunPlan calm() {
        return new RunPlan(seed, lot, false, nodeCount, commands, faults);
    }

    RunPlan withLot(int other) {
        return new RunPlan(seed, other, isRough, nodeCount, commands, faults);
    }

    /** The clients that send something. */
    Set<Integer> clients() {
        return commands.stream().map(PlannedCommand::client).collect(Collectors.toCollection(TreeSet::new));
    }

    /** What decides the order of events. */
    long worldSeed() {
        return lot == 0 ? seed : SeededRandom.mix(seed + lot);
    }

    /** The plan as a short text without blanks: {@code seed:lot:rough or calm:commands:faults}. */
    String token() {
        return seed + ":" + lot + ":" + (isRough ? "rough" : "calm") + ":" + numbers(commands, PlannedCommand::number)
                + ":" + numbers(faults, PlannedFault::number);
    }

    private static <T> String numbers(List<T> items, Function<T, Integer> number) {
        return items.isEmpty()
                ? "-"
                : items.stream().map(number).map(String::valueOf).collect(Collectors.joining("."));
    }

    /** The selection of this plan, as drawn, that {@code token} names. */
    RunPlan select(String token) {
        String[] parts = token.split(":", -1);
        try {
            Set<Integer> keptCommands = read(parts[3]);
            Set<Integer> keptFaults = read(parts[4]);
            return new RunPlan(
                    seed,
                    Integer.parseInt(parts[1]),
                    parts[2].equals("rough"),
                    nodeCount,
                    commands.stream()
                            .filter(each -> keptCommands.contains(each.number()))
                            .toList(),
                    faults.stream()
                            .filter(each -> keptFaults.contains(each.number()))
                            .toList());
        } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
            throw new IllegalArgumentException(
                    "\"" + token + "\" is neither a seed nor what a failure has named, such as 7:0:calm:1.5:2", e);
        }
    }

    private static Set<Integer> read(String numbers) {
        Set<Integer> read = new TreeSet<>();
        if (!numbers.equals("-")) {
            for (String number : numbers.split("\\.", -1)) {
                read.add(Integer.parseInt(number));
            }
        }
        return read;
    }

    @Override
    public String toString() {
        return count(clients().size(), "client") + ", " + count(commands.size(), "command") + ", "
                + count(faults.size(), "fault");
    }

    private static String count(int count, String what) {
        return count + " " + what + (count == 1 ? "" : "s");
    }
}
