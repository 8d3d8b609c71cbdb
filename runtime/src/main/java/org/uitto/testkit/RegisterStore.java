package org.uitto.testkit;

import java.util.TreeMap;
import org.apache.pekko.actor.typed.ActorRef;
import org.uitto.kryo.KryoRegistrar;
import org.uitto.kryo.KryoRegistrations;
import org.uitto.kryo.KryoSerializable;
import org.uitto.replicated.CommandHandler;
import org.uitto.replicated.EventHandler;
import org.uitto.replicated.ReplicatedBehavior;

/** Registers of text under keys as a replicated actor: what the simulation of Raft keeps busy. Does what {@link RegisterModel} does. */
final class RegisterStore extends ReplicatedBehavior<RegisterStore.Execute, RegisterStore.Stored, RegisterStore.State> {
    /** Asks for what {@code input} says. */
    record Execute(RegisterModel.Input input, ActorRef<String> replyTo) implements KryoSerializable {}

    /** The value of {@code key} became {@code value}. */
    record Stored(String key, String value) implements KryoSerializable {}

    /** All values that are not empty. */
    record State(TreeMap<String, String> values) implements KryoSerializable {
        State with(Stored stored) {
            TreeMap<String, String> next = new TreeMap<>(values);
            if (stored.value().isEmpty()) {
                next.remove(stored.key());
            } else {
                next.put(stored.key(), stored.value());
            }
            return new State(next);
        }
    }

    /** Gives these classes their ids; named in {@code uitto-simulation.conf}. */
    public static final class Registrar implements KryoRegistrar {
        /** Called when the actor system starts. */
        public Registrar() {}

        @Override
        public void register(KryoRegistrations registrations) {
            registrations.register(Execute.class, 200);
            registrations.register(Stored.class, 201);
            registrations.register(State.class, 202);
            registrations.register(RegisterModel.Get.class, 203);
            registrations.register(RegisterModel.Put.class, 204);
            registrations.register(RegisterModel.Append.class, 205);
            registrations.register(RegisterModel.Cas.class, 206);
            registrations.register(RegisterModel.Delete.class, 207);
        }
    }

    private final RegisterModel model = new RegisterModel();

    @Override
    protected State emptyState() {
        return new State(new TreeMap<>());
    }

    @Override
    protected CommandHandler<Execute, Stored, State> commandHandler() {
        return (state, command) -> {
            String key = command.input().key();
            String before = state.values().getOrDefault(key, model.initial());
            SequentialModel.Step<String, String> step = model.apply(before, command.input());
            return step.state().equals(before)
                    ? Effect().reply(command.replyTo(), step.result())
                    : Effect()
                            .persist(new Stored(key, step.state()))
                            .thenReply(command.replyTo(), after -> step.result());
        };
    }

    @Override
    protected EventHandler<State, Stored> eventHandler() {
        return State::with;
    }
}
