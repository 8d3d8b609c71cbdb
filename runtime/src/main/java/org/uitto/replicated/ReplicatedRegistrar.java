package org.uitto.replicated;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.ImmutableSerializer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.uitto.kryo.ActorRefSerializer;
import org.uitto.kryo.KryoLimits;
import org.uitto.kryo.KryoRegistrar;
import org.uitto.kryo.KryoRegistrations;
import org.uitto.log.NodeId;
import org.uitto.log.store.LogLayout;
import org.uitto.replicated.ProxyInput.Answer;
import org.uitto.replicated.ProxyInput.Answers;
import org.uitto.replicated.ProxyInput.Done;
import org.uitto.replicated.ProxyInput.Failed;
import org.uitto.replicated.ProxyInput.Failure;
import org.uitto.replicated.ProxyInput.LeaderIs;
import org.uitto.replicated.ProxyInput.ReadAnswers;
import org.uitto.replicated.ProxyInput.ReadIndexIs;
import org.uitto.replicated.ProxyInput.Replied;
import org.uitto.replicated.ProxyInput.SessionOpened;
import org.uitto.replicated.ProxyInput.SessionUnknown;
import org.uitto.replicated.ReplicaInput.ChangeMembers;
import org.uitto.replicated.ReplicaInput.CommandBatch;
import org.uitto.replicated.ReplicaInput.CommandPayload;
import org.uitto.replicated.ReplicaInput.GetReadIndex;
import org.uitto.replicated.ReplicaInput.GetReplicaStatus;
import org.uitto.replicated.ReplicaInput.HandOver;
import org.uitto.replicated.ReplicaInput.OpenSession;
import org.uitto.replicated.ReplicaInput.ReadBatch;
import org.uitto.replicated.ReplicaInput.Sending;
import org.uitto.replicated.ReplicaInput.SerializedCommands;
import org.uitto.replicated.ReplicaInput.TakeSnapshot;
import org.uitto.replicated.ReplicaInput.WhoLeads;

/** The layouts of what proxies and replicas say to each other; named in {@code uitto.kryo.registrars}. */
public final class ReplicatedRegistrar implements KryoRegistrar {
    private static final int COMMAND_BATCH =
            153; // 120, 124 and 141 were what it, the answers and the status looked like without sessions.
    private static final int WHO_LEADS = 121;
    private static final int ANSWERS = 156;
    private static final int HAND_OVER = 126;
    private static final int TRANSFER_OUTCOME = 127;
    private static final int OPEN_SESSION = 150;
    private static final int SESSION_OPENED = 151;
    private static final int SESSION_UNKNOWN = 152;
    private static final int GET_READ_INDEX = 157;
    private static final int READ_INDEX_IS = 158;
    private static final int READ_BATCH = 159;
    private static final int READ_ANSWERS = 161;
    private static final int GET_REPLICA_STATUS = 140; // 122 and 123 were its first layout and that of the answer.
    private static final int REPLICA_STATUS = 155;
    private static final int TAKE_SNAPSHOT = 142;
    private static final int SNAPSHOT_OUTCOME = 143;
    private static final int LEADER_IS = 144; // 125 was its first layout.
    private static final int CHANGE_MEMBERS = 145;
    private static final int MEMBERSHIP_OUTCOME = 146;

    /** Called when the actor system starts. */
    public ReplicatedRegistrar() {}

    @Override
    public void register(KryoRegistrations registrations) {
        ActorRefSerializer refs = registrations.actorRefs();
        KryoLimits limits = registrations.limits();
        registrations.register(
                CommandBatch.class,
                COMMAND_BATCH,
                new Layout<>(
                        (output, batch) -> writeCommands(output, refs, batch),
                        input -> readCommands(input, refs, limits)));
        registrations.register(OpenSession.class, OPEN_SESSION, onlyRef(refs, OpenSession::proxy, OpenSession::new));
        registrations.register(
                SessionOpened.class,
                SESSION_OPENED,
                new Layout<>(
                        (output, opened) -> output.writeVarLong(opened.session(), true),
                        input -> new SessionOpened(input.readVarLong(true))));
        registrations.register(
                SessionUnknown.class,
                SESSION_UNKNOWN,
                new Layout<>(
                        (output, unknown) -> output.writeVarLong(unknown.attempt(), true),
                        input -> new SessionUnknown(input.readVarLong(true))));
        registrations.register(
                GetReadIndex.class,
                GET_READ_INDEX,
                new Layout<>(
                        (output, question) -> {
                            refs.writeRef(output, question.proxy());
                            output.writeVarLong(question.ticket(), true);
                        },
                        input -> new GetReadIndex(refs.readRef(input), input.readVarLong(true))));
        registrations.register(
                ReadIndexIs.class,
                READ_INDEX_IS,
                new Layout<>(
                        (output, answer) -> {
                            output.writeVarLong(answer.ticket(), true);
                            output.writeVarLong(answer.index(), true);
                        },
                        input -> new ReadIndexIs(input.readVarLong(true), input.readVarLong(true))));
        registrations.register(
                ReadBatch.class,
                READ_BATCH,
                new Layout<>(
                        (output, batch) -> writeReads(output, refs, batch), input -> readReads(input, refs, limits)));
        registrations.register(
                ReadAnswers.class,
                READ_ANSWERS,
                answersUpTo(limits, ReadAnswers::answers, ReadAnswers::appliedIndex, ReadAnswers::new));
        registrations.register(WhoLeads.class, WHO_LEADS, onlyRef(refs, WhoLeads::replyTo, WhoLeads::new));
        registrations.register(
                GetReplicaStatus.class,
                GET_REPLICA_STATUS,
                new Layout<>(
                        (output, question) -> {
                            refs.writeRef(output, question.replyTo());
                            output.writeBoolean(question.withDigest());
                        },
                        input -> new GetReplicaStatus(refs.readRef(input), input.readBoolean())));
        registrations.register(
                ReplicaStatus.class,
                REPLICA_STATUS,
                new Layout<>(
                        (output, status) -> StatusLayout.write(output, limits, status),
                        input -> StatusLayout.read(input, limits)));
        registrations.register(
                Answers.class, ANSWERS, answersUpTo(limits, Answers::answers, Answers::appliedIndex, Answers::new));
        registrations.register(
                LeaderIs.class,
                LEADER_IS,
                new Layout<>(
                        (output, news) -> {
                            output.writeVarLong(news.term(), true);
                            StatusLayout.writeOptional(output, news.contact());
                            MembershipLayout.writeTexts(output, limits, news.members());
                        },
                        input -> new LeaderIs(
                                input.readVarLong(true),
                                StatusLayout.readOptional(input),
                                MembershipLayout.readTexts(input, limits))));
        registrations.register(
                ChangeMembers.class,
                CHANGE_MEMBERS,
                new Layout<>(
                        (output, request) -> {
                            MembershipLayout.writeChange(output, limits, request.change());
                            refs.writeRef(output, request.replyTo());
                        },
                        input -> new ChangeMembers(MembershipLayout.readChange(input, limits), refs.readRef(input))));
        registrations.register(
                MembershipOutcome.class,
                MEMBERSHIP_OUTCOME,
                new Layout<>(MembershipLayout::writeOutcome, input -> MembershipLayout.readOutcome(input, limits)));
        registrations.register(
                TakeSnapshot.class, TAKE_SNAPSHOT, onlyRef(refs, TakeSnapshot::replyTo, TakeSnapshot::new));
        registrations.register(
                SnapshotOutcome.class,
                SNAPSHOT_OUTCOME,
                new Layout<>(
                        (output, outcome) -> {
                            output.writeString(outcome.result().name());
                            output.writeVarLong(outcome.index(), true);
                            StatusLayout.writeOptional(output, outcome.trouble());
                        },
                        input -> new SnapshotOutcome(
                                LogLayout.valid(() -> SnapshotOutcome.Result.valueOf(LogLayout.text(input))),
                                input.readVarLong(true),
                                StatusLayout.readOptional(input))));
        registrations.register(
                HandOver.class,
                HAND_OVER,
                new Layout<>(
                        (output, request) -> {
                            StatusLayout.writeOptional(output, request.target().map(NodeId::value));
                            refs.writeRef(output, request.replyTo());
                        },
                        input -> new HandOver(StatusLayout.readNode(input), refs.readRef(input))));
        registrations.register(
                TransferOutcome.class,
                TRANSFER_OUTCOME,
                new Layout<>(
                        (output, outcome) -> {
                            output.writeString(outcome.result().name());
                            StatusLayout.writeOptional(output, outcome.leader().map(NodeId::value));
                        },
                        input -> new TransferOutcome(
                                LogLayout.valid(() -> TransferOutcome.Result.valueOf(LogLayout.text(input))),
                                StatusLayout.readNode(input))));
    }

    /** The layout of a message that is a reference and nothing else. */
    private static <T, M> Layout<T> onlyRef(
            ActorRefSerializer refs, Function<T, ActorRef<M>> ref, Function<ActorRef<M>, T> made) {
        return new Layout<>(
                (output, message) -> refs.writeRef(output, ref.apply(message)),
                input -> made.apply(refs.readRef(input)));
    }

    /** The layout of answers, behind the index up to which they go. */
    private static <T> Layout<T> answersUpTo(
            KryoLimits limits,
            Function<T, List<Answer>> answers,
            ToLongFunction<T> appliedIndex,
            BiFunction<List<Answer>, Long, T> made) {
        return new Layout<>(
                (output, message) -> {
                    output.writeVarLong(appliedIndex.applyAsLong(message), true);
                    writeAnswers(output, limits, answers.apply(message));
                },
                input -> {
                    long index = input.readVarLong(true);
                    return made.apply(readAnswers(input, limits), index);
                });
    }

    /** A layout of two functions. */
    private static final class Layout<T> extends ImmutableSerializer<T> {
        private final BiConsumer<Output, T> writer;
        private final Function<Input, T> reader;

        Layout(BiConsumer<Output, T> writer, Function<Input, T> reader) {
            this.writer = writer;
            this.reader = reader;
        }

        @Override
        public void write(Kryo kryo, Output output, T value) {
            writer.accept(output, value);
        }

        @Override
        public T read(Kryo kryo, Input input, Class<? extends T> type) {
            return reader.apply(input);
        }
    }

    private static void writeCommands(Output output, ActorRefSerializer refs, CommandBatch batch) {
        refs.writeRef(output, batch.proxy());
        Sending sending = batch.sending();
        output.writeVarLong(sending.session(), true);
        output.writeVarLong(sending.term(), true);
        output.writeVarLong(sending.attempt(), true);
        output.writeVarLong(sending.firstNumber(), true);
        output.writeVarLong(sending.firstNumber() - sending.firstUnanswered(), true);
        output.writeBoolean(sending.again());
        writePayload(output, batch.payload());
    }

    private static void writePayload(Output output, CommandPayload payload) {
        if (!(payload instanceof SerializedCommands serialized)) {
            throw new KryoException("Commands for a replica in this process were to be sent to another");
        }
        output.writeVarInt(serialized.count(), true);
        writeBytes(output, serialized.bytes());
    }

    private static void writeReads(Output output, ActorRefSerializer refs, ReadBatch batch) {
        refs.writeRef(output, batch.proxy());
        output.writeVarLong(batch.attempt(), true);
        output.writeVarLong(batch.firstNumber(), true);
        output.writeVarLong(batch.minIndex(), true);
        writePayload(output, batch.payload());
    }

    private static ReadBatch readReads(Input input, ActorRefSerializer refs, KryoLimits limits) {
        return new ReadBatch(
                refs.readRef(input),
                input.readVarLong(true),
                input.readVarLong(true),
                input.readVarLong(true),
                readPayload(input, limits));
    }

    private static CommandBatch readCommands(Input input, ActorRefSerializer refs, KryoLimits limits) {
        var proxy = refs.<ProxyInput>readRef(input);
        Sending sending = readSending(input);
        return new CommandBatch(proxy, sending, readPayload(input, limits));
    }

    private static SerializedCommands readPayload(Input input, KryoLimits limits) {
        int count = input.readVarInt(true);
        ByteString bytes = readBytes(input, limits);
        if (count < 1 || count > bytes.length()) {
            throw new KryoException(bytes.length() + " bytes can't be " + count + " commands");
        }
        return new SerializedCommands(count, bytes);
    }

    private static Sending readSending(Input input) {
        long session = input.readVarLong(true);
        long term = input.readVarLong(true);
        long attempt = input.readVarLong(true);
        long firstNumber = input.readVarLong(true);
        long ahead = input.readVarLong(true);
        if (ahead < 0 || ahead > Math.min(firstNumber, Sending.MAX_AHEAD)) {
            throw new KryoException("Commands from number " + firstNumber + " on can't be " + ahead
                    + " ahead of the first unanswered one; " + Sending.MAX_AHEAD + " are allowed");
        }
        return new Sending(session, term, attempt, firstNumber, firstNumber - ahead, input.readBoolean());
    }

    private static void writeAnswers(Output output, KryoLimits limits, List<Answer> answers) {
        limits.writeCount(output, answers.size());
        for (Answer answer : answers) {
            output.writeVarLong(answer.number(), true);
            output.writeVarLong(answer.attempt(), true);
            if (answer instanceof Replied replied) {
                output.writeByte(1);
                writeBytes(output, replied.value());
            } else if (answer instanceof Done) {
                output.writeByte(2);
            } else if (answer instanceof Failed failed) {
                output.writeByte(3);
                output.writeString(failed.failure().name());
                output.writeString(failed.message());
            } else {
                throw new KryoException("A reply for a proxy in this process was to be sent to another");
            }
        }
    }

    private static List<Answer> readAnswers(Input input, KryoLimits limits) {
        int count = limits.readCount(input, 3);
        List<Answer> answers = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            long number = input.readVarLong(true);
            long attempt = input.readVarLong(true);
            byte kind = input.readByte();
            answers.add(
                    switch (kind) {
                        case 1 -> new Replied(number, attempt, readBytes(input, limits));
                        case 2 -> new Done(number, attempt);
                        case 3 ->
                            new Failed(
                                    number,
                                    attempt,
                                    LogLayout.valid(() -> Failure.valueOf(LogLayout.text(input))),
                                    LogLayout.text(input));
                        default -> throw new KryoException("An answer of kind " + kind + " is not known");
                    });
        }
        return answers;
    }

    private static void writeBytes(Output output, ByteString bytes) {
        output.writeVarInt(bytes.length(), true);
        output.writeBytes(bytes.toArrayUnsafe());
    }

    private static ByteString readBytes(Input input, KryoLimits limits) {
        return ByteString.fromArrayUnsafe(input.readBytes(limits.readCount(input, 1)));
    }
}
