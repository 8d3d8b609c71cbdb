package org.uitto.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.Serializer;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.ImmutableSerializer;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.Serialization;

/**
 * An actor reference as its path with address and uid, a string; see {@link AskHome} for a shorter one. Thread-safe.
 *
 * <p>Nothing is remembered here: with remoting, Pekko itself keeps the references that a thread resolved last.
 */
public final class ActorRefSerializer extends ImmutableSerializer<ActorRef<?>> {
    private final ExtendedActorSystem system;
    private final ActorRefResolver resolver;

    ActorRefSerializer(ExtendedActorSystem system) {
        this.system = system;
        this.resolver = ActorRefResolver.get(Adapter.toTyped(system));
    }

    /** Writes a reference. */
    public void writeRef(Output output, ActorRef<?> ref) {
        output.writeString(AskHome.written(ref, resolver::toSerializationFormat));
    }

    /**
     * Reads a reference.
     *
     * @param <T> what the actor takes, which the bytes don't say and nothing can check
     */
    public <T> ActorRef<T> readRef(Input input) {
        return AskHome.read(
                readPath(input),
                path -> Adapter.toTyped(system.provider().resolveActorRef(path)),
                resolver::resolveActorRef);
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
                input -> Adapter.toClassic(resolver.resolveActorRef(readPath(input))));
    }

    private static String readPath(Input input) {
        String path = input.readString();
        if (path == null) {
            throw new KryoException("An actor reference has no path.");
        }
        return path;
    }
}
