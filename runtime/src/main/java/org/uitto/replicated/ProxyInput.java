package org.uitto.replicated;

import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;

/** What a proxy hears beside the commands of its user. */
public sealed interface ProxyInput {
    /** What replicas say. */
    sealed interface FromReplica extends ProxyInput {}

    /**
     * What became of some commands, in any order.
     *
     * @param appliedIndex what they did is in the log up to here
     */
    record Answers(List<Answer> answers, long appliedIndex) implements FromReplica {
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
    record LeaderIs(long term, Optional<String> contact, List<String> members) implements FromReplica {
        public LeaderIs {
            members = List.copyOf(members);
        }
    }

    /**
     * Commands one after the other, of a stream; never travels.
     *
     * @param firstTicket the stream's number of the first of them; the others follow
     * @param stream is told what became of each
     */
    record StreamedCommands(List<Object> commands, long firstTicket, ActorRef<StreamAnswers> stream)
            implements ProxyInput {
        public StreamedCommands {
            commands = List.copyOf(commands);
        }
    }

    /** Asks for a token of all that was acknowledged through this proxy; never travels. */
    record GetToken(ActorRef<ReadToken> replyTo) implements ProxyInput {}

    /** Time to send what has gathered; from the proxy to itself. */
    enum Flush implements ProxyInput {
        INSTANCE
    }

    /** Time to look after what got lost; from the proxy to itself. */
    enum Tick implements ProxyInput {
        INSTANCE
    }

    /**
     * What became of some reads, in any order.
     *
     * @param appliedIndex what they have seen is in the log up to here
     */
    record ReadAnswers(List<Answer> answers, long appliedIndex) implements FromReplica {
        public ReadAnswers {
            answers = List.copyOf(answers);
        }
    }

    /**
     * All that was acknowledged before the question of this ticket is in the log up to {@code index} (thesis §6.4).
     *
     * @param ticket as in {@link ReplicaInput.GetReadIndex}
     */
    record ReadIndexIs(long ticket, long index) implements FromReplica {}

    /** Time to ask who leads and where the members are, whether or not anything is to be sent; from whoever keeps the proxy. */
    enum AskAround implements ProxyInput {
        INSTANCE
    }

    /** The session that the proxy asked for has begun. */
    record SessionOpened(long session) implements FromReplica {}

    /** The commands of this attempt were not handled: the group has forgotten their session, or never knew it. */
    record SessionUnknown(long attempt) implements FromReplica {}

    /** What became of one command. */
    sealed interface Answer {
        /** Of an answer that is right whichever attempt has led to it: the command has taken effect, which it does once. */
        long ANY_ATTEMPT = 0;

        /** The proxy's number of the command. */
        long number();

        /** The attempt that is answered, or {@link #ANY_ATTEMPT}: one that changed nothing says nothing of the others. */
        long attempt();
    }

    /**
     * The command was handled and this is the reply.
     *
     * @param value the reply, as {@code ValueCodec} writes it
     */
    record Replied(long number, long attempt, ByteString value) implements Answer {}

    /** The command was handled and this is the reply; never travels. */
    record RepliedHere(long number, long attempt, Object reply) implements Answer {}

    /** The command was handled, and the proxy has nothing to do for it. */
    record Done(long number, long attempt) implements Answer {}

    /** The command was not handled, or nobody can tell. */
    record Failed(long number, long attempt, Failure failure, String message) implements Answer {}

    /** Why a command got no reply; see {@link ReplicationException}. */
    enum Failure {
        /** It was not handled: this node does not lead. */
        NOT_LEADER,
        /** It was not handled: too much waits. */
        OVERLOADED,
        /** It has changed nothing and never will by this attempt or an earlier one. */
        REJECTED,
        /** It was handled, and leadership was lost before the commit was known: the next leader knows. */
        LEADERSHIP_LOST
    }
}
