package org.uitto.samples.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What a demo has shown.
 *
 * @param violations what should not be; none if all is well
 * @param counter the value at the end
 */
record Verdict(List<String> violations, Tally.Counts counts, long counter, List<Duration> failovers) {
    Verdict {
        violations = List.copyOf(violations);
        failovers = List.copyOf(failovers);
    }

    /** Judges a counter whose additions ended as {@code tally} says. */
    static Verdict of(Tally tally, long counter, boolean replicasAgree) {
        Tally.Counts counts = tally.counts();
        List<String> violations = new ArrayList<>(tally.contradiction().stream().toList());
        if (counter < counts.acknowledged()) {
            violations.add("acknowledged additions are missing");
        } else if (counter > counts.acknowledged() + counts.unknown()) {
            violations.add("there are more additions than can be");
        }
        if (!replicasAgree) {
            violations.add("the replicas differ");
        }
        return new Verdict(violations, counts, counter, tally.failovers());
    }

    /** Judges a counter that was to be increased {@code total} times, no more and no less, without any failure. */
    static Verdict exactly(long total, Tally tally, long counter, boolean replicasAgree) {
        Verdict verdict = of(tally, counter, replicasAgree);
        List<String> violations = new ArrayList<>(verdict.violations());
        if (counter != total || verdict.counts().acknowledged() != total) {
            violations.add(total + " additions were to be acknowledged and to count once");
        }
        return new Verdict(violations, verdict.counts(), counter, verdict.failovers());
    }

    boolean isOk() {
        return violations.isEmpty();
    }

    /** One line for people and scripts. */
    @Override
    public String toString() {
        List<Duration> sorted = new ArrayList<>(failovers);
        Collections.sort(sorted);
        Duration median = sorted.isEmpty() ? Duration.ZERO : sorted.get((sorted.size() - 1) / 2);
        Duration longest = sorted.isEmpty() ? Duration.ZERO : sorted.get(sorted.size() - 1);
        return "verdict: " + (isOk() ? "ok" : "violated")
                + " acknowledged=" + counts.acknowledged()
                + " unknown=" + counts.unknown()
                + " counter=" + counter
                + " failovers=" + failovers.size()
                + " failover-p50-ms=" + median.toMillis()
                + " failover-max-ms=" + longest.toMillis()
                + (isOk() ? "" : " because=\"" + String.join("; ", violations) + "\"");
    }
}
