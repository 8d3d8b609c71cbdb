package org.uitto.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.ImmutableSerializer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.internal.InternalRecipientRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;
import org.jspecify.annotations.Nullable;

/**
 * An actor reference as its path with address and uid, a string. Thread-safe.
 *
 * <p>References to long-lived actors, such as those of peers and proxies, come again and again, so that the last ones
 * resolved are remembered. Those of asks, used once, and those of stopped actors are not.
 */
public final class ActorRefSerializer extends ImmutableSerializer<ActorRef<?>> {
    private static final int REMEMBERED = 256;

    private final ActorRefResolver resolver;
    private final AtomicReferenceArray<@Nullable Resolved> remembered = new AtomicReferenceArray<>(REMEMBERED);

    ActorRefSerializer(ExtendedActorSystem system) {
        this.resolver = ActorRefResolver.get(Adapter.toTyped(system));
    }

    /** Writes a reference. */
    public void writeRef(Output output, ActorRef<?> ref) {
        output.writeString(resolver.toSerializationFormat(ref));
    }

    /**
     * Reads a reference.
     *
     * @param <T> what the actor takes, which the bytes don't say and nothing can check
     */
    @SuppressWarnings("unchecked")
    public <T> ActorRef<T> readRef(Input input) {
        return (ActorRef<T>) resolve(readPath(input));
    }

    @Override
    public void write(Kryo kryo, Output output, ActorRef<?> ref) {
        writeRef(output, ref);
    }

    @Override
    public ActorRef<?> read(Kryo kryo, Input input, Class<? extends ActorRef<?>> type) {
        return readRef(input);
    }

    /** The layout of classic actor references: the same string. */
    Serializer<org.apache.pekko.actor.ActorRef> classic() {
        return new InlineLayout<>(
                (output, ref) -> output.writeString(Serialization.serializedActorPath(ref)),
                input -> Adapter.toClassic(resolve(readPath(input))));
    }

    private static String readPath(Input input) {
        String path = input.readString();
        if (path == null) {
            throw new KryoException("An actor reference has no path.");
        }
        return path;
    }

    private ActorRef<?> resolve(String path) {
        int slot = (path.hashCode() * 0x9e3779b9) >>> 24;
        Resolved known = remembered.get(slot);
        if (known != null && known.path.equals(path) && !isTerminated(known.ref)) {
            return known.ref;
        }
        ActorRef<?> ref = resolver.resolveActorRef(path);
        if (!path.contains("/temp/") && !isTerminated(ref)) {
            remembered.lazySet(slot, new Resolved(path, ref));
        }
        return ref;
    }

    private static boolean isTerminated(ActorRef<?> ref) {
        return !(ref instanceof InternalRecipientRef<?> internal) || internal.isTerminated();
    }

    private record Resolved(String path, ActorRef<?> ref) {}
}
