package org.uitto.testkit;

import java.util.Map;

/**
 * What a {@link ReplicatedTestKit} has seen over all of its seeds, none of which failed.
 *
 * @param seedCount how many runs there were
 * @param answeredCount how many commands got a reply
 * @param unknownCount how many commands got none, so that nobody knows whether they took effect
 * @param undecidedCount how many histories were too hard to judge; send fewer commands, or name the parts of the model
 * @param faults how often each kind of fault struck
 */
public record TestKitReport(
        int seedCount, int answeredCount, int unknownCount, int undecidedCount, Map<Faults.Kind, Integer> faults) {
    /** Copies the map. */
    public TestKitReport {
        faults = Map.copyOf(faults);
    }
}
