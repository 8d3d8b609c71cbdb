package org.uitto.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.ImmutableSerializer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.uitto.core.PeerMessage;
import org.uitto.core.Quiescent;
import org.uitto.kryo.ActorRefSerializer;
import org.uitto.kryo.KryoLimits;
import org.uitto.kryo.KryoRegistrar;
import org.uitto.kryo.KryoRegistrations;
import org.uitto.log.GroupId;
import org.uitto.log.NodeId;
import org.uitto.log.NodeStart;
import org.uitto.log.store.LogLayout;
import org.uitto.node.Contact;
import org.uitto.node.GroupDirectory.Groups;
import org.uitto.node.GroupDirectory.ListGroups;
import org.uitto.node.HeartbeatHub.Heartbeats;
import org.uitto.node.HeartbeatHub.QuiescentGroup;
import org.uitto.node.HeartbeatHub.QuiescentGroups;
import org.uitto.node.HeartbeatHub.QuiescentGroupsHeard;
import org.uitto.node.HeartbeatHub.StillQuiescent;
import org.uitto.role.RaftInput.PeerEnvelope;

/** The layouts of what peers say; named in {@code uitto.kryo.registrars}. */
public final class WireRegistrar implements KryoRegistrar {
    private static final int PEER_ENVELOPE = 110;
    private static final int HEARTBEATS = 111;
    private static final int LIST_GROUPS = 112;
    private static final int GROUPS = 113;
    private static final int QUIESCENT_GROUPS = 114;
    private static final int STILL_QUIESCENT = 115;
    private static final int QUIESCENT_GROUPS_HEARD = 116;
    private static final int SMALLEST_ENVELOPE_BYTES = 19;
    private static final int SMALLEST_QUIESCENT_GROUP_BYTES = 4;

    /** Called when the actor system starts. */
    public WireRegistrar() {}

    @Override
    public void register(KryoRegistrations registrations) {
        KryoLimits limits = registrations.limits();
        registrations.register(PeerEnvelope.class, PEER_ENVELOPE, new EnvelopeLayout(limits));
        registrations.register(Heartbeats.class, HEARTBEATS, new HeartbeatsLayout(limits));
        registrations.register(QuiescentGroups.class, QUIESCENT_GROUPS, new QuiescentGroupsLayout(limits));
        registrations.register(StillQuiescent.class, STILL_QUIESCENT, new StillQuiescentLayout());
        registrations.register(
                QuiescentGroupsHeard.class, QUIESCENT_GROUPS_HEARD, new QuiescentGroupsHeardLayout(limits));
        registrations.register(ListGroups.class, LIST_GROUPS, new ListGroupsLayout(registrations.actorRefs()));
        registrations.register(Groups.class, GROUPS, new GroupsLayout(limits));
    }

    private static void writeEnvelope(Output output, KryoLimits limits, PeerEnvelope envelope) {
        LogLayout.writeGroup(output, envelope.group());
        LogLayout.writeStart(output, envelope.start());
        output.writeString(envelope.contact());
        PeerMessageLayout.write(output, limits, envelope.message());
    }

    private static PeerEnvelope readEnvelope(Input input, KryoLimits limits) {
        GroupId group = LogLayout.readGroup(input);
        NodeStart start = LogLayout.readStart(input);
        String contact = LogLayout.text(input);
        PeerMessage message = PeerMessageLayout.read(input, limits);
        return new PeerEnvelope(group, start, contact, message);
    }

    private static final class EnvelopeLayout extends ImmutableSerializer<PeerEnvelope> {
        private final KryoLimits limits;

        EnvelopeLayout(KryoLimits limits) {
            this.limits = limits;
        }

        @Override
        public void write(Kryo kryo, Output output, PeerEnvelope envelope) {
            writeEnvelope(output, limits, envelope);
        }

        @Override
        public PeerEnvelope read(Kryo kryo, Input input, Class<? extends PeerEnvelope> type) {
            return readEnvelope(input, limits);
        }
    }

    private static final class HeartbeatsLayout extends ImmutableSerializer<Heartbeats> {
        private final KryoLimits limits;

        HeartbeatsLayout(KryoLimits limits) {
            this.limits = limits;
        }

        @Override
        public void write(Kryo kryo, Output output, Heartbeats heartbeats) {
            limits.writeCount(output, heartbeats.envelopes().size());
            heartbeats.envelopes().forEach(envelope -> writeEnvelope(output, limits, envelope));
        }

        @Override
        public Heartbeats read(Kryo kryo, Input input, Class<? extends Heartbeats> type) {
            int count = limits.readCount(input, SMALLEST_ENVELOPE_BYTES);
            List<PeerEnvelope> envelopes = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                envelopes.add(readEnvelope(input, limits));
            }
            return new Heartbeats(envelopes);
        }
    }

    private static void writeContact(Output output, Contact contact) {
        output.writeString(contact.toString());
    }

    private static Contact readContact(Input input) {
        String text = LogLayout.text(input);
        return Contact.parse(text).orElseThrow(() -> new KryoException("No contact: " + text));
    }

    private static final class QuiescentGroupsLayout extends ImmutableSerializer<QuiescentGroups> {
        private final KryoLimits limits;

        QuiescentGroupsLayout(KryoLimits limits) {
            this.limits = limits;
        }

        @Override
        public void write(Kryo kryo, Output output, QuiescentGroups told) {
            writeContact(output, told.from());
            writeContact(output, told.to());
            output.writeLong(told.version());
            output.writeVarInt(told.total(), true);
            limits.writeCount(output, told.part().size());
            for (QuiescentGroup each : told.part()) {
                LogLayout.writeGroup(output, each.group());
                LogLayout.writeNode(output, each.quiescent().leader());
                output.writeVarLong(each.quiescent().term(), true);
                output.writeVarLong(each.quiescent().lastIndex(), true);
            }
        }

        @Override
        public QuiescentGroups read(Kryo kryo, Input input, Class<? extends QuiescentGroups> type) {
            Contact from = readContact(input);
            Contact to = readContact(input);
            long version = input.readLong();
            int total = input.readVarInt(true);
            int count = limits.readCount(input, SMALLEST_QUIESCENT_GROUP_BYTES);
            List<QuiescentGroup> part = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                GroupId group = LogLayout.readGroup(input);
                NodeId leader = LogLayout.readNode(input);
                part.add(new QuiescentGroup(
                        group, new Quiescent(leader, input.readVarLong(true), input.readVarLong(true))));
            }
            return new QuiescentGroups(from, to, version, total, part);
        }
    }

    private static final class StillQuiescentLayout extends ImmutableSerializer<StillQuiescent> {
        @Override
        public void write(Kryo kryo, Output output, StillQuiescent told) {
            writeContact(output, told.from());
            writeContact(output, told.to());
            output.writeLong(told.version());
        }

        @Override
        public StillQuiescent read(Kryo kryo, Input input, Class<? extends StillQuiescent> type) {
            return new StillQuiescent(readContact(input), readContact(input), input.readLong());
        }
    }

    private static final class QuiescentGroupsHeardLayout extends ImmutableSerializer<QuiescentGroupsHeard> {
        private final KryoLimits limits;

        QuiescentGroupsHeardLayout(KryoLimits limits) {
            this.limits = limits;
        }

        @Override
        public void write(Kryo kryo, Output output, QuiescentGroupsHeard heard) {
            writeContact(output, heard.at());
            output.writeLong(heard.version());
            output.writeBoolean(heard.known());
            writeGroups(output, limits, heard.unknown());
        }

        @Override
        public QuiescentGroupsHeard read(Kryo kryo, Input input, Class<? extends QuiescentGroupsHeard> type) {
            return new QuiescentGroupsHeard(
                    readContact(input), input.readLong(), input.readBoolean(), readGroups(input, limits));
        }
    }

    private static void writeGroups(Output output, KryoLimits limits, List<GroupId> groups) {
        limits.writeCount(output, groups.size());
        groups.forEach(group -> LogLayout.writeGroup(output, group));
    }

    private static List<GroupId> readGroups(Input input, KryoLimits limits) {
        int count = limits.readCount(input, 1);
        List<GroupId> groups = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            groups.add(LogLayout.readGroup(input));
        }
        return groups;
    }

    private static final class ListGroupsLayout extends ImmutableSerializer<ListGroups> {
        private final ActorRefSerializer refs;

        ListGroupsLayout(ActorRefSerializer refs) {
            this.refs = refs;
        }

        @Override
        public void write(Kryo kryo, Output output, ListGroups question) {
            output.writeBoolean(question.after().isPresent());
            question.after().ifPresent(after -> LogLayout.writeGroup(output, after));
            refs.writeRef(output, question.replyTo());
        }

        @Override
        public ListGroups read(Kryo kryo, Input input, Class<? extends ListGroups> type) {
            Optional<GroupId> after = input.readBoolean() ? Optional.of(LogLayout.readGroup(input)) : Optional.empty();
            return new ListGroups(after, refs.readRef(input));
        }
    }

    private static final class GroupsLayout extends ImmutableSerializer<Groups> {
        private final KryoLimits limits;

        GroupsLayout(KryoLimits limits) {
            this.limits = limits;
        }

        @Override
        public void write(Kryo kryo, Output output, Groups answer) {
            writeGroups(output, limits, answer.groups());
            output.writeBoolean(answer.more());
        }

        @Override
        public Groups read(Kryo kryo, Input input, Class<? extends Groups> type) {
            return new Groups(readGroups(input, limits), input.readBoolean());
        }
    }
}
