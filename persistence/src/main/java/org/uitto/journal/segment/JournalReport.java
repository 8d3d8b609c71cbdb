package org.uitto.journal.segment;

import java.util.List;

/**
 * What {@link JournalInspection#verify} found.
 *
 * @param findings in the order of the files
 * @param segmentCount how many segments have been begun and could be read
 * @param readBytes the bytes of all records in them that are whole
 * @param eventCount how many events these hold, deleted ones and copies among them
 * @param persistenceIds whose records there are
 */
public record JournalReport(
        List<JournalFinding> findings, int segmentCount, long readBytes, long eventCount, int persistenceIds) {
    public JournalReport {
        findings = List.copyOf(findings);
    }

    /** Whether all that was acknowledged is there, as it was written. */
    public boolean isSound() {
        return findings.stream().noneMatch(finding -> finding.severity() == JournalFinding.Severity.DAMAGE);
    }
}
