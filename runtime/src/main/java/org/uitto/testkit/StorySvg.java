package org.uitto.testkit;

import java.util.List;
import java.util.Locale;

/** Draws a story as a picture. */
final class StorySvg {
    private static final int LEFT = 110;
    private static final int TOP = 50;
    private static final int LANE_WIDTH = 170;
    private static final int ROW_HEIGHT = 26;
    private static final int TEXT_WIDTH = 420;
    private static final String STYLE = """
            text { font: 12px sans-serif; fill: #222 }
            .time { fill: #777; text-anchor: end }
            .head { font-weight: bold; text-anchor: middle }
            .said { text-anchor: middle }
            .lifeline { stroke: #bbb; stroke-dasharray: 3 3 }
            .message { stroke: #246; stroke-width: 1.5; marker-end: url(#tip) }
            .FAULT { fill: #c22 }
            .LEADERSHIP { fill: #282 }
            .NOTE { fill: #246 }
            .all { stroke: #c22; stroke-width: 1.5 }
            """;

    private final List<String> lanes;
    private final StringBuilder drawn = new StringBuilder();
    private int row;

    StorySvg(Story story) {
        this.lanes = story.lanes();
        int width = LEFT + lanes.size() * LANE_WIDTH + TEXT_WIDTH;
        int height = TOP + (story.steps().size() + 1) * ROW_HEIGHT;
        add("<svg xmlns='http://www.w3.org/2000/svg' width='%d' height='%d'>", width, height);
        add("<style>%s</style>", STYLE);
        add("<defs><marker id='tip' viewBox='0 0 8 8' refX='8' refY='4' markerWidth='7' markerHeight='7' orient='auto'>"
                + "<path d='M0 0 8 4 0 8z' fill='#246'/></marker></defs>");
        add("<rect width='100%%' height='100%%' fill='white'/>");
        for (int i = 0; i < lanes.size(); i++) {
            add("<text class='head' x='%d' y='24'>%s</text>", x(i), escaped(lanes.get(i)));
            add("<line class='lifeline' x1='%d' y1='32' x2='%d' y2='%d'/>", x(i), x(i), height);
        }
        story.steps().forEach(this::draw);
        add("</svg>");
    }

    private void draw(Story.Step step) {
        int y = TOP + row++ * ROW_HEIGHT + ROW_HEIGHT / 2;
        add("<text class='time' x='%d' y='%d'>%.3f ms</text>", LEFT - 40, y + 4, step.nanos() / 1e6);
        int from = step.lane().map(lanes::indexOf).orElse(-1);
        int to = step.to().map(lanes::indexOf).orElse(-1);
        String text = escaped(step.text());
        if (to >= 0 && from >= 0 && from != to) {
            add("<line class='message' x1='%d' y1='%d' x2='%d' y2='%d'/>", x(from), y, x(to), y);
            add("<text class='said' x='%d' y='%d'>%s</text>", (x(from) + x(to)) / 2, y - 4, text);
        } else if (from >= 0) {
            add("<circle class='%s' cx='%d' cy='%d' r='5'/>", step.kind(), x(from), y);
            add("<text class='%s' x='%d' y='%d'>%s</text>", step.kind(), x(from) + 10, y + 4, text);
        } else {
            add("<line class='all' x1='%d' y1='%d' x2='%d' y2='%d'/>", x(0), y, x(lanes.size() - 1), y);
            add("<text class='FAULT' x='%d' y='%d'>%s</text>", x(lanes.size() - 1) + 10, y + 4, text);
        }
    }

    private static int x(int lane) {
        return LEFT + lane * LANE_WIDTH;
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        text.codePoints().forEach(each -> {
            switch (each) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                default -> escaped.appendCodePoint(each < ' ' ? ' ' : each);
            }
        });
        return escaped.toString();
    }

    @SuppressWarnings("AnnotateFormatMethod") // Its annotation would be a dependency.
    private void add(String format, Object... arguments) {
        drawn.append(String.format(Locale.ROOT, format, arguments)).append('\n');
    }

    @Override
    public String toString() {
        return drawn.toString();
    }
}
