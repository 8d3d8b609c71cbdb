package org.uitto.testkit;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What happened in a run of a {@link ReplicatedTestKit}, as far as it concerns the people in it: who asked whom for what,
 * who led, what broke. A sequence diagram, as text by {@link #text()} and as a picture by {@link #svg()}.
 */
public final class Story {
    private static final int LONGEST = 400;

    private final List<String> lanes = new ArrayList<>();
    private final List<Step> steps = new ArrayList<>();
    private int clientCount;
    private int leftOut;

    /** What a step is about. */
    public enum Kind {
        /** Somebody tells somebody something. */
        MESSAGE,
        /** Something happens to somebody. */
        NOTE,
        /** Something breaks, or is mended. */
        FAULT,
        /** Somebody begins to lead. */
        LEADERSHIP
    }

    /**
     * One line of a story.
     *
     * @param nanos when, on the run's clock
     * @param lane whom it is about, or who speaks; empty if it is about all
     * @param to who is spoken to, if it is a message
     */
    public record Step(long nanos, Kind kind, Optional<String> lane, Optional<String> to, String text) {}

    Story(List<String> nodes) {
        lanes.addAll(nodes);
    }

    void addClient(String name) {
        lanes.add(clientCount++, name);
    }

    /** Whom it is about: clients, then nodes. */
    public List<String> lanes() {
        return List.copyOf(lanes);
    }

    /** What happened, in order; of a long story only the end. */
    public List<Step> steps() {
        return List.copyOf(steps);
    }

    /** How many steps are left out at the beginning. */
    public int leftOut() {
        return leftOut;
    }

    void message(long nanos, String from, String to, String text) {
        add(new Step(nanos, Kind.MESSAGE, Optional.of(from), Optional.of(to), text));
    }

    void note(long nanos, Kind kind, String lane, String text) {
        add(new Step(nanos, kind, Optional.of(lane), Optional.empty(), text));
    }

    void toAll(long nanos, String text) {
        add(new Step(nanos, Kind.FAULT, Optional.empty(), Optional.empty(), text));
    }

    private void add(Step step) {
        if (steps.size() == LONGEST) {
            steps.remove(0);
            leftOut++;
        }
        steps.add(step);
    }

    /** The diagram as text, for a fixed-width font: a column for each lane, a line for each step. */
    public String text() {
        return new StoryText(this).toString();
    }

    /** The diagram as an SVG document. */
    public String svg() {
        return new StorySvg(this).toString();
    }

    @Override
    public String toString() {
        return text();
    }
}
