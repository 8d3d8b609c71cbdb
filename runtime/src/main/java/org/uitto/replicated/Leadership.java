package org.uitto.replicated;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.uitto.log.EntryKind;
import org.uitto.log.Payloads;
import org.uitto.replicated.ProxyInput.Done;
import org.uitto.replicated.ProxyInput.Failed;
import org.uitto.replicated.ProxyInput.Failure;
import org.uitto.replicated.ProxyInput.Replied;
import org.uitto.replicated.ValueCodec.CodecException;

/**
 * One term of leadership, as the replica lives it: the state as it will be when everything handled so far is committed, and
 * what waits for that. Dropped as a whole when the leadership ends.
 */
final class Leadership<Command, Event, State> {
    /** A command that was handled and whose effect waits. */
    private static final class Handled<Event, State> {
        final ActorRef<ProxyInput> proxy;
        final long number;
        final Optional<ActorRef<Object>> remoteReplyTo;
        final Effect<Event, State> effect;
        final State stateAfter;
        final int lengthBytes;
        /** The ticket of the confirmation that it waits for; 0 for one that waits for its own commit. */
        final long ticket;

        boolean committed;

        Handled(Origin origin, Effect<Event, State> effect, State stateAfter, int lengthBytes, long ticket) {
            this.proxy = origin.proxy();
            this.number = origin.number();
            this.remoteReplyTo = origin.remoteReplyTo();
            this.effect = effect;
            this.stateAfter = stateAfter;
            this.lengthBytes = lengthBytes;
            this.ticket = ticket;
        }
    }

    /**
     * Where a command came from.
     *
     * @param remoteReplyTo whom its reply is for, if the reply is to travel with others; empty if it is told directly
     */
    record Origin(ActorRef<ProxyInput> proxy, long number, Optional<ActorRef<Object>> remoteReplyTo) {}

    private final long term;
    private final CommandHandler<Command, Event, State> commandHandler;
    private final EventHandler<State, Event> eventHandler;
    private final ValueCodec codec;
    private final ReplicaSettings settings;
    private final AnswerSheet answers;
    private final Logger log;

    private final ArrayDeque<Handled<Event, State>> waiting = new ArrayDeque<>();
    private final ArrayDeque<Handled<Event, State>> uncommitted = new ArrayDeque<>();
    private State speculative;
    private long uncommittedBytes;
    private long nextTicket = 1;
    private long confirmedTicket;
    private boolean stopRequested;

    // What the commands of the present batch want of Raft.
    private Payloads.Builder proposals = new Payloads.Builder();
    private boolean asksForConfirmation;

    Leadership(
            long term,
            State state,
            ReplicatedBehavior<Command, Event, State> behavior,
            ValueCodec codec,
            ReplicaSettings settings,
            AnswerSheet answers,
            Logger log) {
        this.term = term;
        this.speculative = state;
        this.commandHandler = behavior.commandHandler();
        this.eventHandler = behavior.eventHandler();
        this.codec = codec;
        this.settings = settings;
        this.answers = answers;
        this.log = log;
    }

    long term() {
        return term;
    }

    /** Handles one command, on the state as it will be. */
    void handle(Origin origin, Command command) {
        if (waiting.size() >= settings.maxUncommittedCommands() || uncommittedBytes >= settings.maxUncommittedBytes()) {
            fail(
                    origin,
                    Failure.OVERLOADED,
                    "The leader has " + waiting.size() + " commands and " + uncommittedBytes
                            + " bytes of events that wait to be committed (uitto.replica.max-uncommitted-commands,"
                            + " uitto.replica.max-uncommitted-bytes)");
            return;
        }
        try {
            Effect<Event, State> effect = commandHandler.apply(speculative, command);
            if (effect.events().isEmpty()) {
                awaitConfirmation(origin, effect);
            } else {
                awaitCommit(origin, effect);
            }
        } catch (CodecException e) {
            log.error(
                    "An event of command {} was not replicated",
                    command.getClass().getName(),
                    e);
            fail(origin, Failure.REJECTED, e.getMessage());
        } catch (RuntimeException e) {
            log.warn(
                    "The handler of command {} failed; the command was rejected",
                    command.getClass().getName(),
                    e);
            fail(origin, Failure.REJECTED, "Its handler failed: " + e);
        }
    }

    private void awaitConfirmation(Origin origin, Effect<Event, State> effect) {
        if (effect.steps().isEmpty()) {
            answers.add(origin.proxy(), new Done(origin.number()));
            return;
        }
        asksForConfirmation = true;
        waiting.add(new Handled<>(origin, effect, speculative, 0, nextTicket));
    }

    private void awaitCommit(Origin origin, Effect<Event, State> effect) throws CodecException {
        State after = speculative;
        for (Event event : effect.events()) {
            after = eventHandler.apply(after, event);
        }
        byte[] body = codec.write(effect.events());
        if (body.length > settings.maxEventBytes()) {
            fail(
                    origin,
                    Failure.REJECTED,
                    "Its events have " + body.length + " bytes; " + settings.maxEventBytes()
                            + " are allowed (uitto.replica.max-event-bytes)");
            return;
        }
        proposals.add(EntryKind.EVENTS, body);
        speculative = after;
        uncommittedBytes += body.length;
        Handled<Event, State> handled = new Handled<>(origin, effect, after, body.length, 0);
        waiting.add(handled);
        uncommitted.add(handled);
    }

    private void fail(Origin origin, Failure failure, @Nullable String message) {
        answers.add(origin.proxy(), new Failed(origin.number(), failure, message == null ? "" : message));
    }

    /** The entries that the commands handled since the last call have yielded, for Raft to replicate. */
    Optional<Payloads> takeProposals() {
        if (proposals.count() == 0) {
            return Optional.empty();
        }
        Payloads payloads = proposals.build();
        proposals = new Payloads.Builder();
        return Optional.of(payloads);
    }

    /** The ticket of the confirmation that the commands handled since the last call wait for, if any does. */
    Optional<Long> takeConfirmation() {
        if (!asksForConfirmation) {
            return Optional.empty();
        }
        asksForConfirmation = false;
        return Optional.of(nextTicket++);
    }

    /** The next of the entries that were proposed in this term is committed. Returns the state after it. */
    State committed() {
        Handled<Event, State> handled = uncommitted.remove();
        handled.committed = true;
        uncommittedBytes -= handled.lengthBytes;
        return handled.stateAfter;
    }

    /** Leadership is confirmed for this ticket, and with it for all before. */
    void confirmed(long ticket) {
        confirmedTicket = Math.max(confirmedTicket, ticket);
    }

    /** Lets the effects run that wait for nothing any more, in the order of the commands. */
    void release() {
        while (!waiting.isEmpty() && isReady(waiting.element())) {
            run(waiting.remove());
        }
    }

    private boolean isReady(Handled<Event, State> handled) {
        return handled.ticket == 0 ? handled.committed : handled.ticket <= confirmedTicket;
    }

    private void run(Handled<Event, State> handled) {
        boolean answered = false;
        for (Effect.Step<State> step : handled.effect.steps()) {
            try {
                if (step instanceof Effect.Run<State> run) {
                    run.callback().accept(handled.stateAfter);
                } else if (step instanceof Effect.Reply<State> reply) {
                    answered |= reply(handled, reply, answered);
                } else {
                    stopRequested = true;
                }
            } catch (RuntimeException e) {
                log.error("An effect failed after its command was committed; the next ones still run", e);
            }
        }
        if (!answered) {
            answers.add(handled.proxy, new Done(handled.number));
        }
    }

    /** Whether the reply also answers the proxy. */
    private boolean reply(Handled<Event, State> handled, Effect.Reply<State> reply, boolean answered) {
        Object message = reply.message().apply(handled.stateAfter);
        boolean travels = !answered
                && handled.remoteReplyTo.filter(reply.replyTo()::equals).isPresent();
        if (!travels) {
            reply.replyTo().tell(message);
            return false;
        }
        try {
            byte[] value = codec.write(List.of(message));
            if (value.length > settings.maxAnswerBytes()) {
                throw new CodecException("It has " + value.length + " bytes; " + settings.maxAnswerBytes()
                        + " are allowed (uitto.replica.max-answer-bytes)");
            }
            answers.add(handled.proxy, new Replied(handled.number, ByteString.fromArrayUnsafe(value)));
        } catch (CodecException e) {
            log.error("A command was committed, but its reply can't be sent", e);
            String reason = "The command took effect, but its reply can't be sent: " + e.getMessage();
            answers.add(handled.proxy, new Failed(handled.number, Failure.UNKNOWN, reason));
        }
        return true;
    }

    /** Whether an effect asked for this replica to stop. */
    boolean stopRequested() {
        return stopRequested;
    }

    /** Tells whoever waits that this leadership is over. What persisted nothing can safely be handled elsewhere. */
    void abandon() {
        for (Handled<Event, State> handled : new ArrayList<>(waiting)) {
            boolean wrote = handled.ticket == 0;
            answers.add(
                    handled.proxy,
                    new Failed(
                            handled.number,
                            wrote ? Failure.UNKNOWN : Failure.NOT_LEADER,
                            "Leadership of term " + term + " was lost before the commit was known"));
        }
    }
}
