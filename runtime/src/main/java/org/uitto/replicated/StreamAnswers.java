package org.uitto.replicated;

import java.util.List;

/** What became of some commands of a stream, in any order; never travels. */
record StreamAnswers(List<StreamAnswer> answers) {
    StreamAnswers {
        answers = List.copyOf(answers);
    }

    /** What became of one command of a stream. */
    sealed interface StreamAnswer {
        /** The stream's number of the command. */
        long ticket();
    }

    /** The command has this reply. */
    record Reply(long ticket, Object reply) implements StreamAnswer {}

    /** The command has no reply, for this reason. */
    record Failure(long ticket, ReplicationException reason) implements StreamAnswer {}
}
