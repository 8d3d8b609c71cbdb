package org.uitto.journal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * An event as the journal has it: what was serialized is still bytes.
 *
 * @param sequenceNr 1-based
 * @param timestamp when it was persisted, in milliseconds since 1970
 * @param writerUuid which life of the persistent actor wrote it
 * @param adapterManifest what an event adapter noted; may be empty
 * @param sender the path of the actor that was the sender then; may be empty
 * @param metadata what a replicated event carries besides, if it does
 * @param payload the event itself
 */
public record EncodedEvent(
        long sequenceNr,
        long timestamp,
        String writerUuid,
        String adapterManifest,
        String sender,
        Optional<Content> metadata,
        Content payload) {
    static final byte VERSION = 1;
    static final int HAS_MANIFEST = 1;
    static final int HAS_SENDER = 2;
    static final int HAS_METADATA = 4;
    static final int SAME_WRITER = 8;

    /**
     * A serialized object.
     *
     * @param serializerId the identifier of the Pekko serializer that wrote it
     * @param manifest what that serializer called its class; may be empty
     * @param bytes from its position on; valid as long as the record that was read
     */
    public record Content(int serializerId, String manifest, ByteBuffer bytes) {
        /** A copy of the bytes. */
        public byte[] toArray() {
            byte[] array = new byte[bytes.remaining()];
            bytes.duplicate().get(array);
            return array;
        }

        private static Content read(ByteBuffer source) {
            int serializerId = source.getInt();
            String manifest = text(source);
            int length = source.getInt();
            ByteBuffer content = source.slice(source.position(), length);
            source.position(source.position() + length);
            return new Content(serializerId, manifest, content);
        }
    }

    /**
     * Takes the events of an atomic write apart.
     *
     * @param persistenceId whose they are, for messages
     * @param firstSequenceNr the sequence number of the first
     * @param bytes the payload of the record, which is read to its limit
     * @throws IllegalStateException if a newer version of Uitto wrote them
     */
    public static void readAll(
            String persistenceId, long firstSequenceNr, ByteBuffer bytes, Consumer<EncodedEvent> consumer) {
        byte version = bytes.get();
        if (version != VERSION) {
            throw new IllegalStateException("Event " + firstSequenceNr + " of persistence id \"" + persistenceId
                    + "\" is in format " + version + ", and this version of Uitto reads format " + VERSION
                    + " only: update this node.");
        }
        String writer = "";
        while (bytes.hasRemaining()) {
            int flags = bytes.get();
            long sequenceNr = firstSequenceNr + bytes.getInt();
            long timestamp = bytes.getLong();
            writer = (flags & SAME_WRITER) == 0 ? text(bytes) : writer;
            String manifest = (flags & HAS_MANIFEST) == 0 ? "" : text(bytes);
            String sender = (flags & HAS_SENDER) == 0 ? "" : text(bytes);
            Optional<Content> metadata =
                    (flags & HAS_METADATA) == 0 ? Optional.empty() : Optional.of(Content.read(bytes));
            Content payload = Content.read(bytes);
            consumer.accept(new EncodedEvent(sequenceNr, timestamp, writer, manifest, sender, metadata, payload));
        }
    }

    private static String text(ByteBuffer bytes) {
        int length = bytes.getInt();
        String text = StandardCharsets.UTF_8
                .decode(bytes.slice(bytes.position(), length))
                .toString();
        bytes.position(bytes.position() + length);
        return text;
    }
}
