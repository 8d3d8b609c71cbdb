package org.uitto.samples.journal;

import com.typesafe.config.ConfigFactory;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;
import org.apache.pekko.serialization.Serializer;
import org.apache.pekko.serialization.Serializers;
import org.jspecify.annotations.Nullable;
import org.uitto.journal.EncodedEvent;
import org.uitto.log.LogMutation;
import org.uitto.log.store.LogMutations;
import scala.util.Try;

/**
 * Says in words what an event of Raft's log is. Serializers need an actor system: it is started with the first event that
 * may be one, with Uitto's defaults and whatever the user's settings are.
 */
final class RaftLogText implements AutoCloseable {
    private static final int KRYO = 710;

    private @Nullable Decoder decoder;

    private record Decoder(ActorSystem system, Serialization serialization, String manifest) {
        static Decoder start() {
            ActorSystem system = ActorSystem.create(
                    "journal-dump",
                    ConfigFactory.parseString("pekko { loglevel = OFF, stdout-loglevel = OFF, daemonic = on }")
                            .withFallback(ConfigFactory.defaultReference()));
            Serialization serialization = SerializationExtension.get(system);
            LogMutations example = new LogMutations(List.of(new LogMutation.Started(1, 0)));
            Serializer serializer = serialization.findSerializerFor(example);
            return new Decoder(system, serialization, Serializers.manifestFor(serializer, example));
        }
    }

    /** The changes that the event holds, or empty if it is no event of Raft's log that can be read. */
    Optional<String> of(EncodedEvent.Content payload) {
        if (payload.serializerId() != KRYO) {
            return Optional.empty();
        }
        if (decoder == null) {
            decoder = Decoder.start();
        }
        if (!decoder.manifest.equals(payload.manifest())) {
            return Optional.empty();
        }
        Try<Object> read =
                decoder.serialization.deserialize(payload.toArray(), payload.serializerId(), payload.manifest());
        return read.isSuccess() && read.get() instanceof LogMutations log
                ? Optional.of(log.mutations().toString())
                : Optional.empty();
    }

    @Override
    public void close() {
        if (decoder != null) {
            decoder.system.terminate();
        }
    }
}
