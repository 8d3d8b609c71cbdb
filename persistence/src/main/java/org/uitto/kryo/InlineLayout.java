package org.uitto.kryo;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import com.esotericsoftware.kryo.serializers.ImmutableSerializer;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The layout of a value that holds no other registered value. */
final class InlineLayout<T> extends ImmutableSerializer<T> {
    private final BiConsumer<Output, T> writer;
    private final Function<Input, ? extends T> reader;

    InlineLayout(BiConsumer<Output, T> writer, Function<Input, ? extends T> reader) {
        this.writer = writer;
        this.reader = reader;
    }

    /** The layout of a value of which there is only one: no bytes at all beside its id. */
    static <T> InlineLayout<T> constant(T value) {
        return new InlineLayout<>((output, same) -> {}, input -> value);
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
