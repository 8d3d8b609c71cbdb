package org.uitto.testkit;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Draws a story with letters. */
final class StoryText {
    private static final int TIME_WIDTH = 12;

    private final List<String> lanes;
    private final int laneWidth;
    private final StringBuilder drawn = new StringBuilder();

    StoryText(Story story) {
        this.lanes = story.lanes();
        this.laneWidth =
                Math.max(6, lanes.stream().mapToInt(String::length).max().orElse(0) + 2);
        drawHeads();
        if (story.leftOut() > 0) {
            drawn.append("(").append(story.leftOut()).append(" steps before are left out)\n");
        }
        story.steps().forEach(this::draw);
    }

    private void drawHeads() {
        char[] line = blank(' ');
        for (int i = 0; i < lanes.size(); i++) {
            put(line, column(i), lanes.get(i));
        }
        put(line, 0, "time/ms");
        append(line, "");
    }

    private void draw(Story.Step step) {
        char[] line = blank('|');
        put(line, 0, String.format(Locale.ROOT, "%10.3f", step.nanos() / 1e6));
        int from = step.lane().map(lanes::indexOf).orElse(-1);
        int to = step.to().map(lanes::indexOf).orElse(-1);
        String who = step.lane().map(lane -> lane + " ").orElse("");
        if (to >= 0 && from >= 0 && from != to) {
            drawArrow(line, column(from), column(to));
            append(line, step.lane().orElse("") + " -> " + step.to().orElse("") + ": " + step.text());
        } else if (from >= 0) {
            line[column(from)] = mark(step.kind());
            append(line, who + step.text());
        } else {
            Arrays.fill(line, column(0), column(lanes.size() - 1) + 1, '=');
            append(line, step.text());
        }
    }

    private static void drawArrow(char[] line, int from, int to) {
        Arrays.fill(line, Math.min(from, to), Math.max(from, to) + 1, '-');
        line[from] = 'o';
        line[to] = from < to ? '>' : '<';
    }

    private static char mark(Story.Kind kind) {
        return switch (kind) {
            case FAULT -> 'X';
            case LEADERSHIP -> '*';
            case NOTE, MESSAGE -> 'o';
        };
    }

    private char[] blank(char lifeline) {
        char[] line = new char[TIME_WIDTH + lanes.size() * laneWidth];
        Arrays.fill(line, ' ');
        for (int i = 0; i < lanes.size(); i++) {
            line[column(i)] = lifeline;
        }
        return line;
    }

    private int column(int lane) {
        return TIME_WIDTH + lane * laneWidth;
    }

    private static void put(char[] line, int at, String text) {
        for (int i = 0; i < text.length() && at + i < line.length; i++) {
            line[at + i] = text.charAt(i);
        }
    }

    private void append(char[] line, String text) {
        drawn.append((new String(line) + text).stripTrailing()).append('\n');
    }

    @Override
    public String toString() {
        return drawn.toString();
    }
}
