package org.uitto.replicated;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.replicated.ProxyInput.Answer;
import org.uitto.replicated.ProxyInput.Replied;

/** Gathers answers, so that each proxy gets those that become ready together in one message, up to a size. */
final class AnswerSheet {
    private static final int OVERHEAD_BYTES = 16;

    private static final class Column {
        final List<Answer> answers = new ArrayList<>();
        int lengthBytes;
    }

    private final int maxBytes;
    private final Function<List<Answer>, ProxyInput> message;
    private final Map<ActorRef<ProxyInput>, Column> columns = new LinkedHashMap<>();

    /**
     * @param maxBytes the most that one message carries, unless a single answer is larger
     * @param message makes one of answers
     */
    AnswerSheet(int maxBytes, Function<List<Answer>, ProxyInput> message) {
        this.maxBytes = maxBytes;
        this.message = message;
    }

    void add(ActorRef<ProxyInput> proxy, Answer answer) {
        Column column = columns.computeIfAbsent(proxy, added -> new Column());
        int lengthBytes = OVERHEAD_BYTES
                + (answer instanceof Replied replied ? replied.value().length() : 0);
        if (!column.answers.isEmpty() && column.lengthBytes + lengthBytes > maxBytes) {
            proxy.tell(message.apply(column.answers));
            column.answers.clear();
            column.lengthBytes = 0;
        }
        column.answers.add(answer);
        column.lengthBytes += lengthBytes;
    }

    /** Sends what has gathered. */
    void send() {
        columns.forEach((proxy, column) -> proxy.tell(message.apply(column.answers)));
        columns.clear();
    }
}
