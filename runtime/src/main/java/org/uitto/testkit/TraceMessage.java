package org.uitto.testkit;

import org.uitto.core.PeerMessage;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.Conflict;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.RequestVote;
import org.uitto.core.PeerMessage.RequestVoteReply;

/**
 * A message as the trace format of etcd-io/raft knows it.
 *
 * @param from the sender's number, as text
 * @param to the receiver's number, as text; the sender's own for what it acknowledges to itself
 * @param entries how many entries it carries
 * @param logTerm the term at {@code index}, where that is the previous or the last entry
 * @param index of a request for votes the candidate's last entry, of entries the previous one, of an answer what it is about
 * @param commit the sender's commit index, at most the last entry that the receiver will have
 */
record TraceMessage(
        Type type,
        long term,
        String from,
        String to,
        int entries,
        long logTerm,
        long index,
        long commit,
        boolean reject,
        long rejectHint) {
    /** The kinds of messages, each with the names of the events that tell of it. */
    enum Type {
        VOTE("MsgVote", "RequestVoteRequest"),
        VOTE_RESP("MsgVoteResp", "RequestVoteResponse"),
        APP("MsgApp", "AppendEntriesRequest"),
        APP_RESP("MsgAppResp", "AppendEntriesResponse"),
        HEARTBEAT("MsgHeartbeat", "AppendEntriesRequest"),
        HEARTBEAT_RESP("MsgHeartbeatResp", "AppendEntriesResponse");

        private final String text;
        private final String event;

        Type(String text, String event) {
            this.text = text;
            this.event = event;
        }

        String text() {
            return text;
        }

        String event() {
            return event;
        }

        boolean isAnswer() {
            return event.endsWith("Response");
        }
    }

    /** "I have stored my own log up to {@code index}." */
    static TraceMessage ownEntries(String self, long term, long index) {
        return new TraceMessage(Type.APP_RESP, term, self, self, 0, 0, index, 0, false, 0);
    }

    /** "I have stored that I vote for myself." */
    static TraceMessage ownVote(String self, long term) {
        return new TraceMessage(Type.VOTE_RESP, term, self, self, 0, 0, 0, 0, false, 0);
    }

    /**
     * What {@code message} is in the trace; null if the format does not know it, as pre-votes and greetings.
     *
     * @param stale whether it answers something of an earlier term: then also a heartbeat is refused like entries
     */
    static @org.jspecify.annotations.Nullable TraceMessage of(
            PeerMessage message, String from, String to, boolean stale) {
        long term = message.term();
        if (message instanceof RequestVote vote) {
            return new TraceMessage(
                    Type.VOTE,
                    term,
                    from,
                    to,
                    0,
                    vote.lastLog().term(),
                    vote.lastLog().index(),
                    0,
                    false,
                    0);
        } else if (message instanceof RequestVoteReply reply) {
            return new TraceMessage(Type.VOTE_RESP, term, from, to, 0, 0, 0, 0, !reply.granted(), 0);
        } else if (message instanceof AppendEntries append) {
            int count = append.batches().stream()
                    .mapToInt(batch -> batch.payloads().count())
                    .sum();
            long commit = Math.min(append.commitIndex(), append.lastIndex());
            return new TraceMessage(
                    Type.APP,
                    term,
                    from,
                    to,
                    count,
                    append.prev().term(),
                    append.prev().index(),
                    commit,
                    false,
                    0);
        } else if (message instanceof Heartbeat heartbeat) {
            return new TraceMessage(Type.HEARTBEAT, term, from, to, 0, 0, 0, heartbeat.commitIndex(), false, 0);
        } else if (message instanceof HeartbeatReply) {
            Type type = stale ? Type.APP_RESP : Type.HEARTBEAT_RESP;
            return new TraceMessage(type, term, from, to, 0, 0, 0, 0, stale, 0);
        } else if (message instanceof AppendEntriesReply reply) {
            return ofReply(reply, from, to);
        }
        return null;
    }

    private static TraceMessage ofReply(AppendEntriesReply reply, String from, String to) {
        if (reply.outcome() instanceof Matched matched) {
            return new TraceMessage(Type.APP_RESP, reply.term(), from, to, 0, 0, matched.matchIndex(), 0, false, 0);
        } else if (reply.outcome() instanceof Conflict conflict) {
            long hint = conflict.hint().index();
            return new TraceMessage(
                    Type.APP_RESP,
                    reply.term(),
                    from,
                    to,
                    0,
                    conflict.hint().term(),
                    conflict.prevIndex(),
                    0,
                    true,
                    hint);
        }
        throw new IllegalStateException("The trace format knows no newcomers: " + reply);
    }

    /** What the specification looks at: of a refusal it does not matter where the logs may agree. */
    TraceMessage essence() {
        return reject && type == Type.APP_RESP ? new TraceMessage(type, term, from, to, 0, 0, 0, 0, true, 0) : this;
    }

    String json() {
        return "{\"type\":\"" + type.text() + "\",\"term\":" + term + ",\"from\":\"" + from + "\",\"to\":\"" + to
                + "\",\"entries\":" + entries + ",\"logTerm\":" + logTerm + ",\"index\":" + index + ",\"commit\":"
                + commit + ",\"vote\":\"0\",\"reject\":" + reject + ",\"rejectHint\":" + rejectHint + "}";
    }
}
