package org.uitto.replicated;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.kryo.KryoSerializable;

/** Remembers the words it is told. What the tests of this package replicate. */
public final class Words extends ReplicatedBehavior<Words.Command, Words.Said, Words.Memory> {
    /** What it is told. */
    public sealed interface Command {}

    /** Remembers a word; the reply is all words so far. */
    public record Say(String word, ActorRef<String> replyTo) implements Command, KryoSerializable {}

    /** The reply is all words so far. */
    public record Recall(ActorRef<String> replyTo) implements Command, KryoSerializable {}

    /** Does as a test likes; never travels. */
    public record Act(BiFunction<EffectFactory<Said, Memory>, Memory, Effect<Said, Memory>> how) implements Command {}

    /** Can't be written as bytes. */
    public record Unsendable(ActorRef<String> replyTo) implements Command {}

    /** What is replicated; one of the word "unspeakable" can't be applied. */
    public record Said(String word) implements KryoSerializable {}

    /** The state. */
    public record Memory(List<String> words) implements KryoSerializable {
        String all() {
            return String.join(" ", words);
        }

        Memory and(String word) {
            List<String> more = new ArrayList<>(words);
            more.add(word);
            return new Memory(List.copyOf(more));
        }
    }

    private final List<String> signals;

    /** @param signals gets the names of the signals, with the words at that moment */
    Words(List<String> signals) {
        this.signals = signals;
    }

    /** Which class has which id. */
    static Config registrations() {
        return ConfigFactory.parseString("""
            uitto.kryo.registrations {
              "org.uitto.replicated.Words$Say" = 2001
              "org.uitto.replicated.Words$Recall" = 2002
              "org.uitto.replicated.Words$Said" = 2003
              "org.uitto.replicated.Words$Memory" = 2004
            }
            """);
    }

    @Override
    protected Memory emptyState() {
        return new Memory(List.of());
    }

    @Override
    protected CommandHandler<Command, Said, Memory> commandHandler() {
        return newCommandHandlerBuilder()
                .forAnyState()
                .onCommand(
                        Say.class,
                        (state, say) -> Effect().persist(new Said(say.word())).thenReply(say.replyTo(), Memory::all))
                .onCommand(Recall.class, (state, recall) -> Effect().reply(recall.replyTo(), state.all()))
                .onCommand(Act.class, (state, act) -> act.how().apply(Effect(), state))
                .build();
    }

    @Override
    protected EventHandler<Memory, Said> eventHandler() {
        return newEventHandlerBuilder()
                .forAnyState()
                .onEvent(Said.class, (state, said) -> {
                    if (said.word().equals("unspeakable")) {
                        throw new IllegalArgumentException("that word can't be said");
                    }
                    return state.and(said.word());
                })
                .build();
    }

    @Override
    protected SignalHandler<Memory> signalHandler() {
        return newSignalHandlerBuilder()
                .onSignal(ReplicaSignal.class, (state, signal) -> signals.add(signal + " [" + state.all() + "]"))
                .build();
    }
}
