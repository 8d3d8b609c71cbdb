package org.uitto.replicated;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.Status;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.util.ByteString;
import org.uitto.kryo.AskHome;
import org.uitto.replicated.ProxyInput.Answer;
import org.uitto.replicated.ProxyInput.Answers;
import org.uitto.replicated.ProxyInput.Failed;
import org.uitto.replicated.ProxyInput.Flush;
import org.uitto.replicated.ProxyInput.LeaderIs;
import org.uitto.replicated.ProxyInput.Replied;
import org.uitto.replicated.ProxyInput.Tick;
import org.uitto.replicated.ReplicaInput.CommandBatch;
import org.uitto.replicated.ReplicaInput.CommandPayload;
import org.uitto.replicated.ReplicaInput.LocalCommands;
import org.uitto.replicated.ReplicaInput.SerializedCommands;
import org.uitto.replicated.ReplicaInput.WhoLeads;
import org.uitto.replicated.ValueCodec.CodecException;

/**
 * Stands for a replicated actor in one actor system: whatever is no {@link ProxyInput} is a command. It finds the leader,
 * sends it what has gathered, at most a few messages at a time, and hands the replies out.
 *
 * <p>A command is never sent to a second leader while the first may have handled it: if that leader is lost, its outcome is
 * unknown.
 */
public final class Proxy extends AbstractBehavior<Object> {
    /**
     * What a proxy is given.
     *
     * @param group the name of the replicated actor, for messages
     * @param clock monotonic nanoseconds
     * @param returnAddress under which ref replicas reach this proxy
     */
    public record Given(
            String group,
            ReplicaLocator locator,
            ProxySettings settings,
            LongSupplier clock,
            UnaryOperator<ActorRef<ProxyInput>> returnAddress) {}

    /** The command that came {@code place}th, which waits to be sent since {@code sinceNanos}. */
    private record Waiting(long place, Object command, Optional<ActorRef<Object>> replyTo, long sinceNanos) {}

    /** The leader as far as known: of {@code term}, found at {@code contact}. */
    private record KnownLeader(long term, String contact) {}

    private final Given given;
    private final TimerScheduler<Object> timers;
    private final ActorRef<ProxyInput> returnAddress;
    private final AskHome home;
    private final ValueCodec codec;
    private final Output buffer = new Output(4096, -1);
    private final KnownContacts contacts;

    private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
    private final List<SentBatch> sent = new ArrayList<>();
    private Optional<KnownLeader> leader = Optional.empty();
    private long latestTerm;
    private long nextNumber = 1;
    private long nextPlace;
    private boolean flushScheduled;
    private boolean ticking;

    private Proxy(ActorContext<Object> context, TimerScheduler<Object> timers, Given given) {
        super(context);
        this.given = given;
        this.timers = timers;
        this.returnAddress = given.returnAddress().apply(context.getSelf().narrow());
        this.home = AskHome.of(returnAddress);
        this.codec = new ValueCodec(context.getSystem());
        this.contacts = new KnownContacts(given.locator().contacts());
    }

    /** The actor. */
    public static Behavior<Object> create(Given given) {
        return Behaviors.setup(context -> Behaviors.withTimers(timers -> new Proxy(context, timers, given)));
    }

    @Override
    public Receive<Object> createReceive() {
        return newReceiveBuilder()
                .onMessage(Answers.class, this::onAnswers)
                .onMessage(LeaderIs.class, this::onLeaderIs)
                .onMessageEquals(Flush.INSTANCE, this::onFlush)
                .onMessageEquals(Tick.INSTANCE, this::onTick)
                .onAnyMessage(this::onCommand)
                .build();
    }

    private Behavior<Object> onCommand(Object command) {
        Waiting added = new Waiting(
                nextPlace++, command, ReplyTargets.of(command), given.clock().getAsLong());
        if (waiting.size() >= given.settings().maxWaitingCommands()) {
            fail(
                    added,
                    new ReplicationException.Overloaded("The proxy of " + given.group() + " holds back "
                            + waiting.size() + " commands already (uitto.proxy.max-waiting-commands)"));
            return this;
        }
        waiting.add(added);
        scheduleFlush();
        return this;
    }

    /** Flushes behind what is already in the mailbox, so that it all travels together and a lone command still at once. */
    private void scheduleFlush() {
        if (!flushScheduled
                && !waiting.isEmpty()
                && sent.size() < given.settings().maxBatchesInFlight()) {
            flushScheduled = true;
            getContext().getSelf().tell(Flush.INSTANCE);
        }
    }

    private Behavior<Object> onFlush() {
        flushScheduled = false;
        if (leader.isEmpty() && !waiting.isEmpty() && !ticking) {
            search();
        }
        leader.filter(known -> !awaitsEarlierLeader(known)).ifPresent(this::sendTo);
        keepTicking();
        return this;
    }

    private void sendTo(KnownLeader known) {
        ActorRef<ReplicaInput> replica = given.locator().at(known.contact());
        boolean local = given.locator().isLocal(replica);
        while (!waiting.isEmpty() && sent.size() < given.settings().maxBatchesInFlight()) {
            List<Waiting> chosen = new ArrayList<>();
            Optional<CommandPayload> payload = local ? Optional.of(takeLocal(chosen)) : takeSerialized(chosen);
            if (payload.isPresent()) {
                long number = nextNumber;
                nextNumber += chosen.size();
                sent.add(new SentBatch(number, known.term(), given.clock().getAsLong(), chosen));
                replica.tell(new CommandBatch(returnAddress, number, payload.orElseThrow()));
            }
        }
    }

    private CommandPayload takeLocal(List<Waiting> chosen) {
        List<Object> commands = new ArrayList<>();
        while (!waiting.isEmpty() && commands.size() < given.settings().maxBatchCommands()) {
            Waiting next = waiting.remove();
            chosen.add(next);
            commands.add(next.command());
        }
        return new LocalCommands(commands);
    }

    /** As many commands as one message carries; empty if all that were tried can't be carried at all. */
    private Optional<CommandPayload> takeSerialized(List<Waiting> chosen) {
        buffer.reset();
        while (!waiting.isEmpty() && chosen.size() < given.settings().maxBatchCommands()) {
            Waiting next = waiting.element();
            int start = buffer.position();
            try {
                codec.appendCommand(next.command(), buffer, home);
            } catch (CodecException e) {
                getContext().getLog().error("A command for {} was rejected", given.group(), e);
                fail(waiting.remove(), new ReplicationException.Rejected(String.valueOf(e.getMessage())));
                continue;
            }
            int lengthBytes = buffer.position() - start;
            if (lengthBytes > given.settings().maxCommandBytes()) {
                buffer.setPosition(start);
                fail(
                        waiting.remove(),
                        new ReplicationException.Rejected("The command has " + lengthBytes + " bytes; "
                                + given.settings().maxCommandBytes()
                                + " are allowed (uitto.proxy.max-command-bytes)"));
            } else if (buffer.position() > given.settings().maxBatchBytes() && start > 0) {
                buffer.setPosition(start);
                break;
            } else {
                chosen.add(waiting.remove());
            }
        }
        return chosen.isEmpty()
                ? Optional.empty()
                : Optional.of(new SerializedCommands(chosen.size(), ByteString.fromArrayUnsafe(buffer.toBytes())));
    }

    private Behavior<Object> onAnswers(Answers answers) {
        List<Waiting> again = new ArrayList<>();
        for (Answer answer : answers.answers()) {
            batchOf(answer.number())
                    .ifPresent(batch -> batch.take(answer.number()).ifPresent(command -> {
                        if (answer instanceof Replied replied) {
                            reply(command, replied);
                        } else if (answer instanceof Failed failed) {
                            if (failed.failure() == ProxyInput.Failure.NOT_LEADER) {
                                again.add(command);
                                leader = leader.filter(known -> known.term() > batch.term());
                            } else {
                                fail(command, exceptionOf(failed));
                            }
                        }
                    }));
        }
        sent.removeIf(SentBatch::isAnswered);
        sendAgain(again);
        scheduleFlush();
        return this;
    }

    /** Commands that were not handled wait again, each in its place. */
    private void sendAgain(List<Waiting> commands) {
        if (commands.isEmpty()) {
            return;
        }
        List<Waiting> all = new ArrayList<>(commands);
        all.addAll(waiting);
        all.sort(Comparator.comparingLong(Waiting::place));
        waiting.clear();
        waiting.addAll(all);
        keepTicking();
    }

    private Optional<SentBatch> batchOf(long number) {
        for (SentBatch batch : sent) {
            if (batch.holds(number)) {
                return Optional.of(batch);
            }
        }
        return Optional.empty();
    }

    private void reply(Waiting command, Replied replied) {
        try {
            Object message = codec.read(new Input(replied.value().toArrayUnsafe()));
            command.replyTo().ifPresent(target -> target.tell(message));
        } catch (CodecException e) {
            getContext().getLog().error("A reply of {} can't be read", given.group(), e);
            fail(
                    command,
                    new ReplicationException.UnknownOutcome(
                            "The command took effect, but its reply can't be read here: " + e.getMessage()));
        }
    }

    private static ReplicationException exceptionOf(Failed failed) {
        return switch (failed.failure()) {
            case NOT_LEADER -> new ReplicationException.NotLeader(failed.message());
            case OVERLOADED -> new ReplicationException.Overloaded(failed.message());
            case REJECTED -> new ReplicationException.Rejected(failed.message());
            case UNKNOWN -> new ReplicationException.UnknownOutcome(failed.message());
        };
    }

    /** Fails the ask that waits for the reply. A reply to any other actor has no way to fail: it just does not come. */
    private void fail(Waiting command, ReplicationException reason) {
        command.replyTo()
                .map(Adapter::toClassic)
                .filter(target -> target.path().elements().head().equals("temp"))
                .ifPresent(ask -> ask.tell(new Status.Failure(reason), org.apache.pekko.actor.ActorRef.noSender()));
    }

    private Behavior<Object> onLeaderIs(LeaderIs news) {
        contacts.learn(news.members());
        // A term counts once it has a leader: then a quorum has it on disk. One without may be forgotten in a crash,
        // and
        // whoever had believed in it would wait for it for ever.
        if (news.contact().isPresent() && news.term() >= latestTerm) {
            latestTerm = news.term();
            leader = news.contact().map(contact -> new KnownLeader(news.term(), contact));
            giveUpOnEarlierLeaders(given.clock().getAsLong());
            scheduleFlush();
        }
        return this;
    }

    /**
     * What an earlier leader has not answered it may have committed or not: nobody can tell any more. But one that has handed
     * leadership over is there still and answers all that it was sent, so what was sent of late is waited for a moment.
     */
    private void giveUpOnEarlierLeaders(long now) {
        long graceNanos = given.settings().suspectAfter().toNanos();
        sent.removeIf(batch -> {
            boolean lost = batch.term() < latestTerm && now - batch.sentAtNanos() >= graceNanos;
            if (lost) {
                batch.takeRest()
                        .forEach(command -> fail(
                                command,
                                new ReplicationException.UnknownOutcome("The leader of term " + batch.term()
                                        + " was lost before it answered; term " + latestTerm + " has another")));
            }
            return lost;
        });
    }

    /** Whether an earlier leader has something to answer yet: what follows it must not overtake it. */
    private boolean awaitsEarlierLeader(KnownLeader known) {
        return sent.stream().anyMatch(batch -> batch.term() < known.term());
    }

    private Behavior<Object> onTick() {
        ticking = false;
        long now = given.clock().getAsLong();
        giveUpOnOverdue(now);
        giveUpOnEarlierLeaders(now);
        scheduleFlush();
        boolean suspicious = sent.stream()
                .anyMatch(batch -> now - batch.sentAtNanos()
                        >= given.settings().suspectAfter().toNanos());
        if (suspicious || (leader.isEmpty() && !waiting.isEmpty())) {
            search();
        }
        keepTicking();
        return this;
    }

    private void giveUpOnOverdue(long now) {
        long limitNanos = given.settings().giveUpAfter().toNanos();
        Duration limit = given.settings().giveUpAfter();
        while (!waiting.isEmpty() && now - waiting.element().sinceNanos() >= limitNanos) {
            fail(
                    waiting.remove(),
                    new ReplicationException.NotLeader("No leader of " + given.group() + " took the command within "
                            + limit + "; asked " + contacts.all() + " (uitto.proxy.give-up-after)"));
        }
        for (Iterator<SentBatch> batches = sent.iterator(); batches.hasNext(); ) {
            SentBatch batch = batches.next();
            if (now - batch.sentAtNanos() >= limitNanos) {
                batches.remove();
                batch.takeRest()
                        .forEach(command -> fail(
                                command,
                                new ReplicationException.UnknownOutcome("The leader of term " + batch.term()
                                        + " did not answer within " + limit + " (uitto.proxy.give-up-after)")));
            }
        }
    }

    private void search() {
        contacts.all().forEach(contact -> given.locator().ask(contact, new WhoLeads(returnAddress)));
    }

    /** Ticks while there is anything to look after, and not otherwise. */
    private void keepTicking() {
        if (!ticking && (!sent.isEmpty() || !waiting.isEmpty())) {
            ticking = true;
            timers.startSingleTimer(Tick.INSTANCE, given.settings().searchInterval());
        }
    }

    /** Commands that were sent together and not all answered. */
    private static final class SentBatch {
        private final long firstNumber;
        private final long term;
        private final long sentAtNanos;
        private final List<Optional<Waiting>> commands;
        private int unanswered;

        SentBatch(long firstNumber, long term, long sentAtNanos, List<Waiting> commands) {
            this.firstNumber = firstNumber;
            this.term = term;
            this.sentAtNanos = sentAtNanos;
            this.commands = new ArrayList<>(commands.stream().map(Optional::of).toList());
            this.unanswered = commands.size();
        }

        long term() {
            return term;
        }

        long sentAtNanos() {
            return sentAtNanos;
        }

        boolean holds(long number) {
            return number >= firstNumber && number < firstNumber + commands.size();
        }

        boolean isAnswered() {
            return unanswered == 0;
        }

        /** The command of this number, if it was not answered before. */
        Optional<Waiting> take(long number) {
            int at = Math.toIntExact(number - firstNumber);
            Optional<Waiting> command = commands.set(at, Optional.empty());
            if (command.isPresent()) {
                unanswered--;
            }
            return command;
        }

        /** All that was not answered before. */
        List<Waiting> takeRest() {
            return commands.stream().flatMap(Optional::stream).toList();
        }
    }
}
