package org.uitto.samples.journal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.Locale;
import org.uitto.journal.segment.JournalFinding;
import org.uitto.journal.segment.JournalRepair;
import org.uitto.journal.segment.JournalReport;

/** Prints what an inspection found, for people or for programs. */
final class ReportText {
    private ReportText() {}

    static void lines(PrintWriter out, JournalReport report) {
        report.findings().forEach(finding -> out.println(line(finding)));
        out.println((report.isSound() ? "Sound: " : "DAMAGED: ") + report.segmentCount() + " segments, "
                + report.readBytes() + " bytes, " + report.eventCount() + " events of " + report.persistenceIds()
                + " persistence ids.");
    }

    static void plan(PrintWriter out, JournalRepair.Plan plan) {
        plan.findings().forEach(finding -> out.println(line(finding)));
        switch (plan.kind()) {
            case NONE -> out.println("There is nothing to repair.");
            case MEND ->
                out.println("No event is lost. What is not whole is made anew; its old files are moved aside.");
            case REWRITE -> out.println("Old files are moved aside, and what can be read is written anew.");
        }
        plan.lost()
                .forEach(range -> out.println("Lost: " + range + "; the persistence id is refused from then on, unless"
                        + " it is discarded."));
        if (plan.refusesEveryone()) {
            out.println(
                    "It cannot be told whose events are lost: every persistence id is refused from then on, unless it"
                            + " is discarded.");
        }
        plan.discarded()
                .forEach((id, highest) -> out.println("Given up: all events of persistence id \"" + id
                        + "\"; its highest sequence number, " + highest + ", stays."));
        if (plan.kind() == JournalRepair.Kind.REWRITE) {
            out.println((plan.refusesEveryone() ? "Kept, as far as they can be read: " : "Kept with all their events: ")
                    + plan.kept().size() + " persistence ids.");
        }
    }

    private static String line(JournalFinding finding) {
        return word(finding) + ": " + finding.file() + " at offset " + finding.offset()
                + finding.events().map(events -> ", " + events).orElse("") + ": " + finding.what() + ".";
    }

    private static String word(JournalFinding finding) {
        return finding.severity() == JournalFinding.Severity.DAMAGE
                ? "DAMAGE"
                : finding.severity().name().toLowerCase(Locale.ROOT);
    }

    static void json(PrintWriter out, JournalReport report) throws IOException {
        StringWriter text = new StringWriter();
        try (JsonGenerator generator = new JsonFactory().createGenerator(text)) {
            generator.writeStartObject();
            generator.writeBooleanField("sound", report.isSound());
            generator.writeNumberField("segments", report.segmentCount());
            generator.writeNumberField("bytes", report.readBytes());
            generator.writeNumberField("events", report.eventCount());
            generator.writeNumberField("persistenceIds", report.persistenceIds());
            generator.writeArrayFieldStart("findings");
            for (JournalFinding finding : report.findings()) {
                generator.writeStartObject();
                generator.writeStringField("severity", finding.severity().name().toLowerCase(Locale.ROOT));
                generator.writeStringField("file", finding.file());
                generator.writeNumberField("offset", finding.offset());
                if (finding.events().isPresent()) {
                    JournalFinding.Range events = finding.events().get();
                    generator.writeStringField("persistenceId", events.persistenceId());
                    generator.writeNumberField("firstSequenceNr", events.firstSequenceNr());
                    generator.writeNumberField("lastSequenceNr", events.lastSequenceNr());
                }
                generator.writeStringField("what", finding.what());
                generator.writeEndObject();
            }
            generator.writeEndArray();
            generator.writeEndObject();
        }
        out.println(text);
    }
}
