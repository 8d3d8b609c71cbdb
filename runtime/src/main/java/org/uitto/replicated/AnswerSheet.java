package org.uitto.replicated;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.replicated.ProxyInput.Answer;
import org.uitto.replicated.ProxyInput.Answers;
import org.uitto.replicated.ProxyInput.Replied;

/** Gathers answers, so that each proxy gets those that become ready together in one message, up to a size. */
final class AnswerSheet {
    private static final int OVERHEAD_BYTES = 16;

    private static final class Column {
        final List<Answer> answers = new ArrayList<>();
        int lengthBytes;
    }

    private final int maxBytes;
    private final Map<ActorRef<ProxyInput>, Column> columns = new LinkedHashMap<>();

    AnswerSheet(int maxBytes) {
        this.maxBytes = maxBytes;
    }

    void add(ActorRef<ProxyInput> proxy, Answer answer) {
        Column column = columns.computeIfAbsent(proxy, added -> new Column());
        int lengthBytes = OVERHEAD_BYTES
                + (answer instanceof Replied replied ? replied.value().length() : 0);
        if (!column.answers.isEmpty() && column.lengthBytes + lengthBytes > maxBytes) {
            proxy.tell(new Answers(column.answers));
            column.answers.clear();
            column.lengthBytes = 0;
        }
        column.answers.add(answer);
        column.lengthBytes += lengthBytes;
    }

    /** Sends what has gathered. */
    void send() {
        columns.forEach((proxy, column) -> proxy.tell(new Answers(column.answers)));
        columns.clear();
    }
}
