package org.uitto.wire;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import org.uitto.core.PeerMessage;
import org.uitto.core.PeerMessage.AppendEntries;
import org.uitto.core.PeerMessage.AppendEntriesReply;
import org.uitto.core.PeerMessage.AppendOutcome;
import org.uitto.core.PeerMessage.Conflict;
import org.uitto.core.PeerMessage.Heartbeat;
import org.uitto.core.PeerMessage.HeartbeatReply;
import org.uitto.core.PeerMessage.Hello;
import org.uitto.core.PeerMessage.HelloReply;
import org.uitto.core.PeerMessage.InstallSnapshot;
import org.uitto.core.PeerMessage.Matched;
import org.uitto.core.PeerMessage.RequestPreVote;
import org.uitto.core.PeerMessage.RequestPreVoteReply;
import org.uitto.core.PeerMessage.RequestVote;
import org.uitto.core.PeerMessage.RequestVoteReply;
import org.uitto.core.PeerMessage.Stored;
import org.uitto.core.PeerMessage.TimeoutNow;
import org.uitto.kryo.KryoLimits;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.log.NodeStart;
import org.uitto.log.store.LogLayout;

/** Which message (1 byte), term, sender, then its parts in the order of the record. */
final class PeerMessageLayout {
    private static final int REQUEST_PRE_VOTE = 1;
    private static final int REQUEST_PRE_VOTE_REPLY = 2;
    private static final int REQUEST_VOTE = 3;
    private static final int REQUEST_VOTE_REPLY = 4;
    private static final int APPEND_ENTRIES = 5;
    private static final int APPEND_ENTRIES_MATCHED = 6;
    private static final int APPEND_ENTRIES_CONFLICT = 7;
    private static final int HEARTBEAT = 8;
    private static final int HEARTBEAT_REPLY = 9;
    private static final int INSTALL_SNAPSHOT = 10;
    private static final int APPEND_ENTRIES_STORED = 11;
    private static final int HELLO = 12;
    private static final int HELLO_REPLY = 13;
    private static final int TIMEOUT_NOW = 14;

    private PeerMessageLayout() {}

    static void write(Output output, KryoLimits limits, PeerMessage message) {
        message.accept(new Writer(output, limits));
    }

    static PeerMessage read(Input input, KryoLimits limits) {
        byte kind = input.readByte();
        long term = input.readVarLong(true);
        NodeId from = LogLayout.readNode(input);
        return switch (kind) {
            case REQUEST_PRE_VOTE -> new RequestPreVote(term, from, LogLayout.readPosition(input));
            case REQUEST_PRE_VOTE_REPLY ->
                new RequestPreVoteReply(term, from, input.readVarLong(true), input.readBoolean());
            case REQUEST_VOTE -> new RequestVote(term, from, LogLayout.readPosition(input), input.readBoolean());
            case REQUEST_VOTE_REPLY -> new RequestVoteReply(term, from, input.readBoolean());
            case APPEND_ENTRIES -> readAppendEntries(term, from, input, limits);
            case APPEND_ENTRIES_MATCHED -> new AppendEntriesReply(term, from, new Matched(input.readVarLong(true)));
            case APPEND_ENTRIES_STORED -> new AppendEntriesReply(term, from, new Stored(input.readVarLong(true)));
            case APPEND_ENTRIES_CONFLICT -> readConflict(term, from, input);
            case HEARTBEAT ->
                new Heartbeat(term, from, input.readVarLong(true), input.readVarLong(true), input.readBoolean());
            case INSTALL_SNAPSHOT -> new InstallSnapshot(term, from, LogLayout.readSnapshotInfo(input, limits));
            case HEARTBEAT_REPLY -> new HeartbeatReply(term, from, input.readVarLong(true), input.readBoolean());
            case TIMEOUT_NOW -> new TimeoutNow(term, from);
            case HELLO -> new Hello(term, from, LogLayout.readStart(input));
            case HELLO_REPLY -> readHelloReply(term, from, input);
            default ->
                throw new KryoException("A message of kind " + kind
                        + " is not known. A node with a newer version of Uitto has sent it: update this node.");
        };
    }

    private static AppendEntries readAppendEntries(long term, NodeId from, Input input, KryoLimits limits) {
        LogPosition prev = LogLayout.readPosition(input);
        long commitIndex = input.readVarLong(true);
        return new AppendEntries(term, from, prev, LogLayout.readBatches(input, limits), commitIndex);
    }

    private static HelloReply readHelloReply(long term, NodeId from, Input input) {
        NodeStart start = LogLayout.readStart(input);
        return new HelloReply(term, from, start, LogLayout.readStorage(input), input.readBoolean());
    }

    private static AppendEntriesReply readConflict(long term, NodeId from, Input input) {
        long prevIndex = input.readVarLong(true);
        return new AppendEntriesReply(term, from, new Conflict(prevIndex, LogLayout.readPosition(input)));
    }

    private record Writer(Output output, KryoLimits limits) implements PeerMessage.Handler<Void> {
        private void head(int kind, PeerMessage message) {
            output.writeByte(kind);
            output.writeVarLong(message.term(), true);
            LogLayout.writeNode(output, message.from());
        }

        @Override
        public Void onRequestPreVote(RequestPreVote request) {
            head(REQUEST_PRE_VOTE, request);
            LogLayout.writePosition(output, request.lastLog());
            return done();
        }

        @Override
        public Void onRequestPreVoteReply(RequestPreVoteReply reply) {
            head(REQUEST_PRE_VOTE_REPLY, reply);
            output.writeVarLong(reply.askedInTerm(), true);
            output.writeBoolean(reply.granted());
            return done();
        }

        @Override
        public Void onRequestVote(RequestVote request) {
            head(REQUEST_VOTE, request);
            LogLayout.writePosition(output, request.lastLog());
            output.writeBoolean(request.handedOver());
            return done();
        }

        @Override
        public Void onRequestVoteReply(RequestVoteReply reply) {
            head(REQUEST_VOTE_REPLY, reply);
            output.writeBoolean(reply.granted());
            return done();
        }

        @Override
        public Void onAppendEntries(AppendEntries request) {
            head(APPEND_ENTRIES, request);
            LogLayout.writePosition(output, request.prev());
            output.writeVarLong(request.commitIndex(), true);
            LogLayout.writeBatches(output, limits, request.batches());
            return done();
        }

        @Override
        public Void onAppendEntriesReply(AppendEntriesReply reply) {
            AppendOutcome outcome = reply.outcome();
            if (outcome instanceof Matched matched) {
                head(APPEND_ENTRIES_MATCHED, reply);
                output.writeVarLong(matched.matchIndex(), true);
            } else if (outcome instanceof Stored stored) {
                head(APPEND_ENTRIES_STORED, reply);
                output.writeVarLong(stored.lastIndex(), true);
            } else if (outcome instanceof Conflict conflict) {
                head(APPEND_ENTRIES_CONFLICT, reply);
                output.writeVarLong(conflict.prevIndex(), true);
                LogLayout.writePosition(output, conflict.hint());
            }
            return done();
        }

        @Override
        public Void onInstallSnapshot(InstallSnapshot offer) {
            head(INSTALL_SNAPSHOT, offer);
            LogLayout.writeSnapshotInfo(output, offer.snapshot());
            return done();
        }

        @Override
        public Void onHeartbeat(Heartbeat heartbeat) {
            head(HEARTBEAT, heartbeat);
            output.writeVarLong(heartbeat.commitIndex(), true);
            output.writeVarLong(heartbeat.round(), true);
            output.writeBoolean(heartbeat.awaited());
            return done();
        }

        @Override
        public Void onHeartbeatReply(HeartbeatReply reply) {
            head(HEARTBEAT_REPLY, reply);
            output.writeVarLong(reply.round(), true);
            output.writeBoolean(reply.awaited());
            return done();
        }

        @Override
        public Void onTimeoutNow(TimeoutNow order) {
            head(TIMEOUT_NOW, order);
            return done();
        }

        @Override
        public Void onHello(Hello hello) {
            head(HELLO, hello);
            LogLayout.writeStart(output, hello.start());
            return done();
        }

        @Override
        public Void onHelloReply(HelloReply reply) {
            head(HELLO_REPLY, reply);
            LogLayout.writeStart(output, reply.start());
            LogLayout.writeStorage(output, reply.known());
            output.writeBoolean(reply.forgotten());
            return done();
        }

        @SuppressWarnings("NullAway") // Void has no other value.
        private static Void done() {
            return null;
        }
    }
}
