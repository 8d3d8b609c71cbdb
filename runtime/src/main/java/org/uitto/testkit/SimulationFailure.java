package org.uitto.testkit;

/** The end of a run that went wrong: names the seed that repeats it, and where in the run it happened. */
public final class SimulationFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long seed;

    SimulationFailure(World world, Throwable cause) {
        super(describe(world, cause), cause);
        this.seed = world.seed();
    }

    /** The seed of the run; a world of the same seed repeats it. */
    public long seed() {
        return seed;
    }

    private static String describe(World world, Throwable cause) {
        StringBuilder text = new StringBuilder("The run of seed ")
                .append(world.seed())
                .append(" failed at ")
                .append(world.nowNanos())
                .append(" ns, step ")
                .append(world.steps())
                .append(": ")
                .append(cause);
        for (String line : world.trace().last()) {
            text.append(System.lineSeparator()).append("  ").append(line);
        }
        return text.toString();
    }
}
