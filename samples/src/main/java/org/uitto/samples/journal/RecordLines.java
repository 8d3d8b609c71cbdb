package org.uitto.samples.journal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Optional;
import org.uitto.journal.EncodedEvent;
import org.uitto.journal.segment.JournalRecord;
import org.uitto.journal.segment.RecordType;

/** Prints records of a journal, each as one line of JSON. */
final class RecordLines implements AutoCloseable {
    private final JsonFactory json = new JsonFactory();
    private final RaftLogText raftLog = new RaftLogText();
    private final PrintWriter out;
    private final Selection selection;

    /** Which records are to be printed, by whose they are and by bounds of sequence numbers, both inclusive. */
    record Selection(Optional<String> persistenceId, long from, long to) {
        private boolean takes(JournalRecord found) {
            if (persistenceId.isPresent() && !persistenceId.equals(found.persistenceId())) {
                return false;
            }
            boolean isBounded = from > 1 || to < Long.MAX_VALUE;
            return !isBounded
                    || (found.type() == RecordType.EVENTS
                            && found.firstSequenceNr() <= to
                            && found.lastSequenceNr() >= from);
        }
    }

    RecordLines(PrintWriter out, Selection selection) {
        this.out = out;
        this.selection = selection;
    }

    void print(JournalRecord found) throws IOException {
        if (!selection.takes(found)) {
            return;
        }
        StringWriter line = new StringWriter();
        try (JsonGenerator generator = json.createGenerator(line)) {
            generator.writeStartObject();
            generator.writeNumberField("segment", found.segment());
            generator.writeNumberField("offset", found.offset());
            generator.writeStringField("type", found.type().name().toLowerCase(Locale.ROOT));
            if (found.persistenceId().isPresent()) {
                generator.writeStringField(
                        "persistenceId", found.persistenceId().get());
            }
            if (found.type() == RecordType.EVENTS) {
                putEvents(generator, found);
            } else if (found.type() == RecordType.STATE) {
                generator.writeNumberField("highestSequenceNr", found.lastSequenceNr());
                generator.writeNumberField("deletedTo", found.deletedTo());
            }
            generator.writeEndObject();
        }
        out.println(line);
    }

    private void putEvents(JsonGenerator generator, JournalRecord found) throws IOException {
        generator.writeNumberField("firstSequenceNr", found.firstSequenceNr());
        generator.writeNumberField("lastSequenceNr", found.lastSequenceNr());
        String owner = found.persistenceId().orElse("?");
        generator.writeArrayFieldStart("events");
        EncodedEvent.readAll(owner, found.firstSequenceNr(), found.payload().duplicate(), event -> {
            try {
                if (event.sequenceNr() >= selection.from && event.sequenceNr() <= selection.to) {
                    putEvent(generator, event);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        generator.writeEndArray();
    }

    private void putEvent(JsonGenerator generator, EncodedEvent event) throws IOException {
        generator.writeStartObject();
        generator.writeNumberField("sequenceNr", event.sequenceNr());
        generator.writeNumberField("timestamp", event.timestamp());
        generator.writeNumberField("serializerId", event.payload().serializerId());
        generator.writeStringField("manifest", event.payload().manifest());
        byte[] payload = event.payload().toArray();
        generator.writeNumberField("payloadBytes", payload.length);
        Optional<String> words = raftLog.of(event.payload());
        if (words.isPresent()) {
            generator.writeStringField("raftLog", words.get());
        }
        generator.writeBinaryField("payload", payload);
        generator.writeEndObject();
    }

    @Override
    public void close() {
        raftLog.close();
    }
}
