package org.uitto.replicated;

import com.esotericsoftware.kryo.io.Output;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.LongSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.uitto.log.EntryKind;
import org.uitto.log.Payloads;
import org.uitto.replicated.ProxyInput.Answer;
import org.uitto.replicated.ProxyInput.Done;
import org.uitto.replicated.ProxyInput.Failed;
import org.uitto.replicated.ProxyInput.Failure;
import org.uitto.replicated.ProxyInput.ReadIndexIs;
import org.uitto.replicated.ProxyInput.Replied;
import org.uitto.replicated.ProxyInput.RepliedHere;
import org.uitto.replicated.ProxyInput.SessionOpened;
import org.uitto.replicated.ProxyInput.SessionUnknown;
import org.uitto.replicated.ReplicaInput.CommandBatch;
import org.uitto.replicated.ReplicaInput.ReadBatch;
import org.uitto.replicated.ValueCodec.CodecException;

/**
 * One term of leadership, as the replica lives it: the state as it will be when everything handled so far is committed, and
 * what waits for that. Dropped as a whole when the leadership ends.
 */
final class Leadership<Command, Event, State> {
    /** A command that was handled and whose effect waits. */
    private static final class Handled<Event, State> {
        final Origin origin;
        final Effect<Event, State> effect;
        final State stateAfter;
        final int lengthBytes;
        /** The ticket of the confirmation that it waits for; 0 for one that waits for its own commit. */
        final long ticket;
        /** What to answer; empty if that is yet to be made of the state. */
        final Optional<Answer> answer;

        boolean committed;

        Handled(
                Origin origin,
                Effect<Event, State> effect,
                State stateAfter,
                int lengthBytes,
                long ticket,
                Optional<Answer> answer) {
            this.origin = origin;
            this.effect = effect;
            this.stateAfter = stateAfter;
            this.lengthBytes = lengthBytes;
            this.ticket = ticket;
            this.answer = answer;
        }
    }

    /** Asks for an index; waits for the confirmation of {@code ticket}. */
    private record IndexAsker(ActorRef<ProxyInput> proxy, long theirTicket, long ticket) {}

    /**
     * What a leadership is given.
     *
     * @param sessions the committed ones
     * @param appliedIndex up to where the log is committed and applied
     * @param clock milliseconds since 1970
     */
    record Given(
            ValueCodec codec,
            ReplicaSettings settings,
            Sessions sessions,
            LongSupplier appliedIndex,
            AnswerSheet answers,
            LongSupplier clock,
            Logger log) {}

    private final long term;
    private final CommandHandler<Command, Event, State> commandHandler;
    private final EventHandler<State, Event> eventHandler;
    private final Given given;
    private final AnswerSheet answers;
    private final Output entry = new Output(1024, -1);

    private final ArrayDeque<Handled<Event, State>> waiting = new ArrayDeque<>();
    private final ArrayDeque<Handled<Event, State>> uncommitted = new ArrayDeque<>();
    private State speculative;
    private long timeMillis;
    private long uncommittedBytes;
    private long nextTicket = 1;
    private long nextLeaseTicket = -1;
    private long confirmedTicket;
    private boolean stopRequested;

    // What earlier leaders have left that is not committed yet, and who has asked for commands of it again.
    private final Set<CommandKey> inherited;
    private final Set<Long> inheritedSessions;
    private final Map<CommandKey, ActorRef<ProxyInput>> askedAgain = new HashMap<>();

    private final Queue<ActorRef<ProxyInput>> openers = new ArrayDeque<>();
    private final Queue<IndexAsker> indexAskers = new ArrayDeque<>();
    private final Map<Long, ReadBatch> byLease = new HashMap<>();
    private final Map<Long, Long> latestAttempts = new HashMap<>();

    // What the commands of the present batch want of Raft, and what of it may have been handled before.
    private Payloads.Builder proposals = new Payloads.Builder();
    private boolean asksForConfirmation;
    private Set<CommandKey> underWay = Set.of();

    /** @param ahead what the log held beyond what is committed when this leadership began */
    Leadership(long term, Ahead<State> ahead, ReplicatedBehavior<Command, Event, State> behavior, Given given) {
        this.term = term;
        this.speculative = ahead.state();
        this.timeMillis = ahead.timeMillis();
        this.inherited = new HashSet<>(ahead.commands());
        this.inheritedSessions = new HashSet<>(ahead.sessions());
        this.commandHandler = behavior.commandHandler();
        this.eventHandler = behavior.eventHandler();
        this.given = given;
        this.answers = given.answers();
    }

    long term() {
        return term;
    }

    /** Proposes to begin a session for {@code proxy}. */
    void openSession(ActorRef<ProxyInput> proxy) {
        advanceTime();
        ReplicaSettings settings = given.settings();
        SessionOpening opening =
                new SessionOpening(timeMillis, settings.sessionExpiry().toMillis(), settings.maxSessions());
        proposals.add(EntryKind.SESSION_OPENED, opening.toBytes());
        openers.add(proxy);
        if (latestAttempts.size() > 2L * settings.maxSessions()) {
            latestAttempts.keySet().removeIf(session -> !given.sessions().contains(session, timeMillis));
        }
    }

    /** The next of the sessions proposed in this term has begun. */
    void sessionOpened(long session) {
        openers.remove().tell(new SessionOpened(session));
    }

    /** Tells {@code proxy} an index as fresh as now, once it is known that this node leads. */
    void askReadIndex(ActorRef<ProxyInput> proxy, long theirTicket) {
        asksForConfirmation = true;
        indexAskers.add(new IndexAsker(proxy, theirTicket, nextTicket));
    }

    /** The ticket, below 0, of the confirmation that {@code reads} wait for, by the lease if it can be. */
    long awaitLease(ReadBatch reads) {
        byLease.put(nextLeaseTicket, reads);
        return nextLeaseTicket--;
    }

    /** The reads that wait for {@code ticket}, which is confirmed. */
    Optional<ReadBatch> leaseConfirmed(long ticket) {
        return Optional.ofNullable(byLease.remove(ticket));
    }

    /** All reads that wait for a lease or a confirmation in its stead. */
    List<ReadBatch> takeLeaseReads() {
        List<ReadBatch> taken = List.copyOf(byLease.values());
        byLease.clear();
        return taken;
    }

    private void advanceTime() {
        timeMillis = Math.max(timeMillis, given.clock().getAsLong());
    }

    /**
     * Whether the commands of {@code batch} are to be handled. Not those of a message that comes late: what is in it may have
     * been sent and handled again since. The proxy sends it again.
     */
    boolean admits(CommandBatch batch) {
        advanceTime();
        long session = batch.sending().session();
        Long latest = latestAttempts.get(session);
        if (latest != null && batch.sending().attempt() <= latest) {
            return false;
        } else if (!given.sessions().contains(session, timeMillis) && !inheritedSessions.contains(session)) {
            batch.proxy().tell(new SessionUnknown(batch.sending().attempt()));
            return false;
        }
        latestAttempts.put(session, batch.sending().attempt());
        underWay = batch.sending().again() ? keysUnderWay() : Set.of();
        return true;
    }

    private Set<CommandKey> keysUnderWay() {
        Set<CommandKey> keys = new HashSet<>();
        uncommitted.forEach(handled -> keys.add(handled.origin.key()));
        return keys;
    }

    /**
     * Whether a command that was sent again has been handled before, here or by an earlier leader. It is answered then, now or
     * when it is committed.
     */
    boolean isKnown(CommandKey command, ActorRef<ProxyInput> proxy) {
        Optional<byte[]> reply = given.sessions().reply(command.session(), command.number());
        if (reply.isPresent()) {
            answers.add(proxy, answerTo(command.number(), reply.get()));
            return true;
        } else if (inherited.contains(command)) {
            askedAgain.put(command, proxy);
            return true;
        }
        return underWay.contains(command) || given.sessions().isAnswered(command.session(), command.number());
    }

    private static Answer answerTo(long number, byte[] reply) {
        return reply.length == 0
                ? new Done(number, Answer.ANY_ATTEMPT)
                : new Replied(number, Answer.ANY_ATTEMPT, ByteString.fromArrayUnsafe(reply));
    }

    /** A session that was begun under an earlier leader is committed. */
    void inheritedCommitted(long session) {
        inheritedSessions.remove(session); // From here on the committed sessions tell whether it still counts.
    }

    /** A command of an earlier leader is committed. */
    void inheritedCommitted(CommandEntry command) {
        inherited.remove(command.key());
        ActorRef<ProxyInput> asker = askedAgain.remove(command.key());
        if (asker != null) {
            answers.add(asker, answerTo(command.number(), command.reply().orElse(new byte[0])));
        }
    }

    /** Handles one command, on the state as it will be. */
    void handle(Origin origin, Command command) {
        if (waiting.size() >= given.settings().maxUncommittedCommands()
                || uncommittedBytes >= given.settings().maxUncommittedBytes()) {
            answers.add(
                    origin.proxy(),
                    failed(
                            origin,
                            Failure.OVERLOADED,
                            "The leader has " + waiting.size()
                                    + " commands and " + uncommittedBytes
                                    + " bytes of events that wait to be committed (uitto.replica.max-uncommitted-commands,"
                                    + " uitto.replica.max-uncommitted-bytes)"));
            return;
        }
        try {
            Effect<Event, State> effect = commandHandler.apply(speculative, command);
            if (effect.events().isEmpty()) {
                awaitConfirmation(origin, effect, Optional.empty());
            } else {
                awaitCommit(origin, effect);
            }
        } catch (CodecException e) {
            given.log().error("Command {} was rejected", command.getClass().getName(), e);
            reject(origin, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            given.log()
                    .warn(
                            "The handler of command {} failed; the command was rejected",
                            command.getClass().getName(),
                            e);
            reject(origin, "Its handler failed: " + e);
        }
    }

    /**
     * Rejects a command. Said when leadership is confirmed: an earlier attempt may be in the log of another node, and would
     * take effect if that led.
     */
    void reject(Origin origin, String message) {
        awaitConfirmation(
                origin, new Effect<>(List.of(), List.of()), Optional.of(failed(origin, Failure.REJECTED, message)));
    }

    private static Failed failed(Origin origin, Failure failure, String message) {
        return new Failed(origin.number(), origin.sending().attempt(), failure, message);
    }

    private void awaitConfirmation(Origin origin, Effect<Event, State> effect, Optional<Answer> answer) {
        if (effect.steps().isEmpty() && answer.isEmpty()) {
            answers.add(
                    origin.proxy(), new Done(origin.number(), origin.sending().attempt()));
            return;
        }
        asksForConfirmation = true;
        waiting.add(new Handled<>(origin, effect, speculative, 0, nextTicket, answer));
    }

    private void awaitCommit(Origin origin, Effect<Event, State> effect) throws CodecException {
        State after = speculative;
        for (Event event : effect.events()) {
            after = eventHandler.apply(after, event);
        }
        Optional<Object> reply = replyFor(origin, effect, after);
        Optional<byte[]> replyBytes =
                reply.isEmpty() ? Optional.empty() : Optional.of(given.codec().write(List.of(reply.get())));
        writeEntry(origin, effect.events(), replyBytes);
        int lengthBytes = entry.position();
        if (lengthBytes > given.settings().maxEventBytes()) {
            reject(
                    origin,
                    "Its events and its reply have " + lengthBytes + " bytes; "
                            + given.settings().maxEventBytes() + " are allowed (uitto.replica.max-event-bytes)");
            return;
        }
        proposals.add(EntryKind.EVENTS, entry.getBuffer(), 0, lengthBytes);
        speculative = after;
        uncommittedBytes += lengthBytes;
        Answer answer = origin.isLocal() && reply.isPresent()
                ? new RepliedHere(origin.number(), Answer.ANY_ATTEMPT, reply.get())
                : answerTo(origin.number(), replyBytes.orElse(new byte[0]));
        Handled<Event, State> handled = new Handled<>(origin, effect, after, lengthBytes, 0, Optional.of(answer));
        waiting.add(handled);
        uncommitted.add(handled);
    }

    private void writeEntry(Origin origin, List<Event> events, Optional<byte[]> reply) throws CodecException {
        entry.reset();
        CommandEntry.writeHeader(entry, origin, timeMillis, reply);
        for (Event event : events) {
            given.codec().append(event, entry);
        }
    }

    /** The reply that goes by way of the proxy: the first one for whom the command says it is. */
    private Optional<Object> replyFor(Origin origin, Effect<Event, State> effect, State after) {
        for (Effect.Step<State> step : effect.steps()) {
            if (isFor(origin, step)) {
                return Optional.of(((Effect.Reply<State>) step).message().apply(after));
            }
        }
        return Optional.empty();
    }

    private boolean isFor(Origin origin, Effect.Step<State> step) {
        return step instanceof Effect.Reply<State> reply
                && origin.replyTo().filter(reply.replyTo()::equals).isPresent();
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

    /** The next of the commands that were proposed in this term is committed. Returns the state after it. */
    State committed() {
        Handled<Event, State> handled = uncommitted.remove();
        handled.committed = true;
        uncommittedBytes -= handled.lengthBytes;
        return handled.stateAfter;
    }

    /** Leadership is confirmed for this ticket, and with it for all before. */
    void confirmed(long ticket) {
        confirmedTicket = Math.max(confirmedTicket, ticket);
        while (!indexAskers.isEmpty() && indexAskers.element().ticket() <= confirmedTicket) {
            IndexAsker asker = indexAskers.remove();
            asker.proxy()
                    .tell(new ReadIndexIs(
                            asker.theirTicket(), given.appliedIndex().getAsLong()));
        }
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
        @Nullable Answer answer = handled.answer.orElse(null);
        boolean replied = false;
        for (Effect.Step<State> step : handled.effect.steps()) {
            try {
                if (!replied && isFor(handled.origin, step)) {
                    replied = true;
                    answer = answer == null ? read(handled, (Effect.Reply<State>) step) : answer;
                } else {
                    run(step, handled.stateAfter);
                }
            } catch (RuntimeException e) {
                given.log().error("An effect failed after its command was committed; the next ones still run", e);
            }
        }
        Origin origin = handled.origin;
        answers.add(
                origin.proxy(),
                answer == null ? new Done(origin.number(), origin.sending().attempt()) : answer);
    }

    private void run(Effect.Step<State> step, State state) {
        if (step instanceof Effect.Run<State> callback) {
            callback.callback().accept(state);
        } else if (step instanceof Effect.Reply<State> reply) {
            reply.replyTo().tell(reply.message().apply(state));
        } else {
            stopRequested = true;
        }
    }

    /** The reply of a command that has changed nothing. */
    private Answer read(Handled<Event, State> handled, Effect.Reply<State> reply) {
        Origin origin = handled.origin;
        long attempt = origin.sending().attempt();
        Object message = reply.message().apply(handled.stateAfter);
        if (origin.isLocal()) {
            return new RepliedHere(origin.number(), attempt, message);
        }
        try {
            byte[] value = given.codec().write(List.of(message));
            if (value.length > given.settings().maxAnswerBytes()) {
                throw new CodecException("It has " + value.length + " bytes; "
                        + given.settings().maxAnswerBytes() + " are allowed (uitto.replica.max-answer-bytes)");
            }
            return new Replied(origin.number(), attempt, ByteString.fromArrayUnsafe(value));
        } catch (CodecException e) {
            given.log().error("A reply can't be sent", e);
            return failed(origin, Failure.REJECTED, "Its reply can't be sent: " + e.getMessage());
        }
    }

    /** Whether an effect asked for this replica to stop. */
    boolean stopRequested() {
        return stopRequested;
    }

    /** Tells whoever waits that this leadership is over: the next leader knows what has become of their commands. */
    void abandon() {
        for (Handled<Event, State> handled : waiting) {
            answers.add(
                    handled.origin.proxy(),
                    failed(
                            handled.origin,
                            handled.ticket == 0 ? Failure.LEADERSHIP_LOST : Failure.NOT_LEADER,
                            "Leadership of term " + term + " was lost before the commit was known"));
        }
    }
}
