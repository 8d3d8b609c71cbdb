package org.uitto.samples.chaos;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.uitto.testkit.Operation;

/** Client histories of the keyed store in a file, one operation a line in JSON, for checkers that nobody here wrote. */
final class StoreHistory {
    private static final ObjectMapper JSON = new ObjectMapper();

    private StoreHistory() {}

    /** Writes {@code operations}, in the order of their calls. */
    static void write(Path file, List<Operation<StoreInput, StoreAnswer>> operations) throws IOException {
        try (BufferedWriter lines = Files.newBufferedWriter(file)) {
            for (Operation<StoreInput, StoreAnswer> operation : operations) {
                lines.write(line(operation));
                lines.newLine();
            }
        }
    }

    /** One operation. Times are in nanoseconds on one clock; what is of unknown outcome has no return. */
    static String line(Operation<StoreInput, StoreAnswer> operation) {
        StoreInput input = operation.input();
        ObjectNode line = JSON.createObjectNode()
                .put("client", Long.parseLong(operation.client()))
                .put("op", input.verb().toString())
                .put("key", input.key());
        switch (input.verb()) {
            case PUT, APPEND -> line.put("value", input.value());
            case CAS -> line.put("value", input.value()).put("expect", input.expected());
            case GET, DELETE -> {}
        }
        StoreAnswer answer = operation.result();
        if (answer != null && input.verb() == StoreInput.Verb.GET) {
            line.put("found", answer.value().isPresent());
            answer.value().ifPresent(value -> line.put("value", value));
        } else if (answer != null && input.verb() == StoreInput.Verb.CAS) {
            line.put("ok", answer.ok());
        }
        line.put("call", operation.callNanos());
        String status = switch (operation.outcome()) {
            case OK -> "ok";
            case FAIL -> "fail";
            case UNKNOWN -> "info";
        };
        if (operation.outcome() != Operation.Outcome.UNKNOWN) {
            line.put("ret", operation.returnNanos());
        }
        return line.put("status", status).toString();
    }
}
