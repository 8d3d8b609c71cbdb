package org.uitto.samples.chaos;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.uitto.testkit.ClientHistory;
import org.uitto.testkit.Operation;
import org.uitto.testkit.RegisterModel;

/** Client histories of the keyed store in a file, in the format of {@link ClientHistory}. */
final class StoreHistory {
    private StoreHistory() {}

    /** Writes {@code operations}, in the order of their calls. */
    static void write(Path file, List<Operation<StoreInput, StoreAnswer>> operations) throws IOException {
        Files.write(file, operations.stream().map(StoreHistory::line).toList());
    }

    /** One operation. */
    static String line(Operation<StoreInput, StoreAnswer> operation) {
        StoreInput input = operation.input();
        StoreAnswer answer = operation.result();
        return ClientHistory.line(
                Long.parseLong(operation.client()),
                new Operation<>(
                        operation.client(),
                        asked(input),
                        operation.callNanos(),
                        operation.returnNanos(),
                        operation.outcome(),
                        answer == null ? null : seen(input, answer)));
    }

    private static RegisterModel.Input asked(StoreInput input) {
        return switch (input.verb()) {
            case GET -> new RegisterModel.Get(input.key());
            case PUT -> new RegisterModel.Put(input.key(), input.value());
            case APPEND -> new RegisterModel.Append(input.key(), input.value());
            case CAS -> new RegisterModel.Cas(input.key(), input.expected(), input.value());
            case DELETE -> new RegisterModel.Delete(input.key());
        };
    }

    private static String seen(StoreInput input, StoreAnswer answer) {
        if (input.verb() == StoreInput.Verb.CAS) {
            return answer.ok() ? RegisterModel.SET : RegisterModel.NOT_SET;
        }
        return answer.value().orElse(RegisterModel.ABSENT); // No value is empty.
    }
}
