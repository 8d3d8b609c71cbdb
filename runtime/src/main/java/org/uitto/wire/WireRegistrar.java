package org.uitto.wire;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.ImmutableSerializer;
import java.util.ArrayList;
import java.util.List;
import org.uitto.core.PeerMessage;
import org.uitto.kryo.KryoLimits;
import org.uitto.kryo.KryoRegistrar;
import org.uitto.kryo.KryoRegistrations;
import org.uitto.log.GroupId;
import org.uitto.log.NodeStart;
import org.uitto.log.store.LogLayout;
import org.uitto.node.HeartbeatHub.Heartbeats;
import org.uitto.role.RaftInput.PeerEnvelope;

/** The layouts of what peers say; named in {@code uitto.kryo.registrars}. */
public final class WireRegistrar implements KryoRegistrar {
    private static final int PEER_ENVELOPE = 110;
    private static final int HEARTBEATS = 111;
    private static final int SMALLEST_ENVELOPE_BYTES = 19;

    /** Called when the actor system starts. */
    public WireRegistrar() {}

    @Override
    public void register(KryoRegistrations registrations) {
        KryoLimits limits = registrations.limits();
        registrations.register(PeerEnvelope.class, PEER_ENVELOPE, new EnvelopeLayout(limits));
        registrations.register(Heartbeats.class, HEARTBEATS, new HeartbeatsLayout(limits));
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
}
