package org.uitto.samples.nemesis;

/**
 * What becomes of packets on a bad link.
 *
 * @param delayMillis how late each is at least
 * @param jitterMillis by how much more at most, drawn for each, so that packets overtake each other
 * @param lossPercent how many of a hundred are lost
 */
public record LinkQuality(int delayMillis, int jitterMillis, int lossPercent) {
    @Override
    public String toString() {
        String late =
                delayMillis + jitterMillis == 0 ? "" : delayMillis + " to " + (delayMillis + jitterMillis) + " ms late";
        String lost = lossPercent == 0 ? "" : "lost in " + lossPercent + " % of cases";
        return late + (late.isEmpty() || lost.isEmpty() ? "" : ", ") + lost;
    }
}
