package org.uitto.replicated;

import java.util.List;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** What a proxy hears beside the commands of its user. */
public sealed interface ProxyInput {
    /** What became of some commands, in any order. */
    record Answers(List<Answer> answers) implements ProxyInput {
        public Answers {
            answers = List.copyOf(answers);
        }
    }

    /**
     * Which node leads, as one replica knows it.
     *
     * @param term the latest term that the replica knows
     * @param contact where the leader of that term is found; empty if the replica knows of none
     * @param members where the members of the group are found, as the replica knows them
     */
    record LeaderIs(long term, Optional<String> contact, List<String> members) implements ProxyInput {
        public LeaderIs {
            members = List.copyOf(members);
        }
    }

    /** Time to send what has gathered; from the proxy to itself. */
    enum Flush implements ProxyInput {
        INSTANCE
    }

    /** Time to look after what got lost; from the proxy to itself. */
    enum Tick implements ProxyInput {
        INSTANCE
    }

    /** What became of one command. */
    sealed interface Answer {
        /** The proxy's number of the command. */
        long number();
    }

    /**
     * The command was handled and this is the reply.
     *
     * @param value the reply, as {@code ValueCodec} writes it
     */
    record Replied(long number, ByteString value) implements Answer {}

    /** The command was handled, and the proxy has nothing to do for it. */
    record Done(long number) implements Answer {}

    /** The command was not handled, or nobody can tell. */
    record Failed(long number, Failure failure, String message) implements Answer {}

    /** Why a command got no reply; see {@link ReplicationException}. */
    enum Failure {
        NOT_LEADER,
        OVERLOADED,
        REJECTED,
        UNKNOWN
    }
}
