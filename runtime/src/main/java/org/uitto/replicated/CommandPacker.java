package org.uitto.replicated;

import com.esotericsoftware.kryo.io.Output;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.apache.pekko.util.ByteString;
import org.uitto.kryo.AskHome;
import org.uitto.replicated.ReplicaInput.CommandPayload;
import org.uitto.replicated.ReplicaInput.LocalCommands;
import org.uitto.replicated.ReplicaInput.SerializedCommands;
import org.uitto.replicated.ValueCodec.CodecException;

/**
 * Makes one message of what has gathered, up to a number and a size: of commands that were sent before and have consecutive
 * numbers, or of others, which get theirs as they leave. Not thread-safe.
 */
final class CommandPacker {
    /** Commands that go together, and how. */
    record Packed(List<PendingCommand> commands, CommandPayload payload) {
        Packed {
            commands = List.copyOf(commands);
        }
    }

    private final ValueCodec codec;
    private final AskHome home;
    private final ProxySettings settings;
    private final BiConsumer<PendingCommand, CodecException> rejected;
    private final Output buffer = new Output(4096, -1);

    /**
     * A packer.
     *
     * @param home where the commands come from
     * @param rejected is told what can't be carried
     */
    CommandPacker(
            ValueCodec codec,
            AskHome home,
            ProxySettings settings,
            BiConsumer<PendingCommand, CodecException> rejected) {
        this.codec = codec;
        this.home = home;
        this.settings = settings;
        this.rejected = rejected;
    }

    /** Takes the first of {@code waiting}, as objects for a replica in this process. */
    Packed local(ArrayDeque<PendingCommand> waiting) {
        List<PendingCommand> chosen = new ArrayList<>();
        List<Object> commands = new ArrayList<>();
        while (goesOn(waiting, chosen)) {
            PendingCommand next = waiting.remove();
            chosen.add(next);
            commands.add(next.command());
        }
        return new Packed(chosen, new LocalCommands(commands));
    }

    /** Takes the first of {@code waiting}, as bytes; empty if all that were tried can't be carried at all. */
    Optional<Packed> serialized(ArrayDeque<PendingCommand> waiting) {
        buffer.reset();
        home.beginRun();
        List<PendingCommand> chosen = new ArrayList<>();
        while (goesOn(waiting, chosen)) {
            int start = buffer.position();
            try {
                append(waiting.element());
            } catch (CodecException e) {
                buffer.setPosition(start);
                home.takeBack();
                rejected.accept(waiting.remove(), e);
                continue;
            }
            if (buffer.position() > settings.maxBatchBytes() && start > 0) {
                buffer.setPosition(start);
                break;
            }
            chosen.add(waiting.remove());
        }
        return chosen.isEmpty()
                ? Optional.empty()
                : Optional.of(new Packed(
                        chosen, new SerializedCommands(chosen.size(), ByteString.fromArrayUnsafe(buffer.toBytes()))));
    }

    private boolean goesOn(ArrayDeque<PendingCommand> waiting, List<PendingCommand> chosen) {
        return !waiting.isEmpty()
                && chosen.size() < settings.maxBatchCommands()
                && (chosen.isEmpty() || chosen.get(chosen.size() - 1).isFollowedBy(waiting.element()));
    }

    private void append(PendingCommand command) throws CodecException {
        int start = buffer.position();
        codec.appendCommand(command.command(), buffer, home);
        int lengthBytes = buffer.position() - start;
        if (lengthBytes > settings.maxCommandBytes()) {
            throw new CodecException("The command has " + lengthBytes + " bytes; " + settings.maxCommandBytes()
                    + " are allowed (uitto.proxy.max-command-bytes)");
        }
    }
}
