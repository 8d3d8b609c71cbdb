package org.uitto.replicated;

import com.esotericsoftware.kryo.io.Input;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.uitto.kryo.AskHome;
import org.uitto.replicated.CommandPacker.Packed;
import org.uitto.replicated.ProxyInput.Answer;
import org.uitto.replicated.ProxyInput.Answers;
import org.uitto.replicated.ProxyInput.AskAround;
import org.uitto.replicated.ProxyInput.Failed;
import org.uitto.replicated.ProxyInput.Flush;
import org.uitto.replicated.ProxyInput.GetToken;
import org.uitto.replicated.ProxyInput.LeaderIs;
import org.uitto.replicated.ProxyInput.ReadAnswers;
import org.uitto.replicated.ProxyInput.ReadIndexIs;
import org.uitto.replicated.ProxyInput.Replied;
import org.uitto.replicated.ProxyInput.RepliedHere;
import org.uitto.replicated.ProxyInput.SessionOpened;
import org.uitto.replicated.ProxyInput.SessionUnknown;
import org.uitto.replicated.ProxyInput.StreamedCommands;
import org.uitto.replicated.ProxyInput.Tick;
import org.uitto.replicated.ReplicaInput.CommandBatch;
import org.uitto.replicated.ReplicaInput.OpenSession;
import org.uitto.replicated.ReplicaInput.Sending;
import org.uitto.replicated.ReplicaInput.WhoLeads;
import org.uitto.replicated.ValueCodec.CodecException;

/**
 * Stands for a replicated actor in one actor system: whatever is no {@link ProxyInput} is a command. It finds the leader,
 * sends it what has gathered, at most a few messages at a time, and hands the replies out.
 *
 * <p>It numbers its commands in a session (thesis §6.3). What a lost leader has not answered is sent to the next one, under the
 * same number: it takes effect once, and gets its first reply.
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

    /** The leader as far as known: of {@code term}, found at {@code contact}. */
    private record KnownLeader(long term, String contact) {}

    /** How many waiting commands make a message that it is worth sending at once. */
    private static final int ENOUGH_GATHERED = 1024;

    private final Given given;
    private final ProxySettings settings;
    private final TimerScheduler<Object> timers;
    private final ActorRef<ProxyInput> returnAddress;
    private final ValueCodec codec;
    private final CommandPacker packer;
    private final Reads reads;
    private final Backoff search;
    private final Backoff sessionRequest;

    // In the order of their numbers; those that were sent before come first.
    private final ArrayDeque<PendingCommand> waiting = new ArrayDeque<>();
    private final List<SentBatch> sent = new ArrayList<>();
    /** Streams with answers that they have not been told. */
    private final List<Asker.Stream> answered = new ArrayList<>();

    private Optional<KnownLeader> leader = Optional.empty();
    private Optional<Long> session = Optional.empty();
    private long latestTerm;
    /** All that was acknowledged or read through this proxy is in the log up to here. */
    private long latestIndex;

    private long nextNumber = 1;
    private long nextAttempt = 1;
    private boolean flushScheduled;
    private boolean ticking;

    private Proxy(ActorContext<Object> context, TimerScheduler<Object> timers, Given given) {
        super(context);
        this.given = given;
        this.settings = given.settings();
        this.timers = timers;
        this.returnAddress = given.returnAddress().apply(context.getSelf().narrow());
        this.codec = new ValueCodec(context.getSystem());
        this.packer = new CommandPacker(codec, AskHome.of(returnAddress), settings, this::onRejectedHere);
        this.reads = new Reads(given.locator(), settings, packer, returnAddress);
        this.search = new Backoff(settings.searchInterval());
        this.sessionRequest = new Backoff(settings.suspectAfter());
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
                .onMessage(SessionOpened.class, this::onSessionOpened)
                .onMessage(Read.class, this::onRead)
                .onMessage(StreamedCommands.class, this::onStreamedCommands)
                .onMessage(ReadAnswers.class, this::onReadAnswers)
                .onMessage(ReadIndexIs.class, this::onReadIndex)
                .onMessage(GetToken.class, this::onGetToken)
                .onMessage(SessionUnknown.class, this::onSessionUnknown)
                .onMessageEquals(Flush.INSTANCE, this::onFlush)
                .onMessageEquals(Tick.INSTANCE, this::onTick)
                .onMessageEquals(AskAround.INSTANCE, this::onAskAround)
                .onAnyMessage(this::onCommand)
                .build();
    }

    private Behavior<Object> onCommand(Object command) {
        accept(command, Asker.of(command));
        scheduleFlush();
        return this;
    }

    private void accept(Object command, Asker asker) {
        if (hasRoomFor(asker)) {
            waiting.add(new PendingCommand(command, asker, now()));
        }
    }

    private Behavior<Object> onStreamedCommands(StreamedCommands run) {
        Asker.Stream stream = new Asker.Stream(run.stream(), answered::add);
        long ticket = run.firstTicket();
        for (Object command : run.commands()) {
            accept(command, stream.command(ticket++));
        }
        tellStreams();
        scheduleFlush();
        return this;
    }

    private void tellStreams() {
        answered.forEach(Asker.Stream::flush);
        answered.clear();
    }

    private boolean hasRoomFor(Asker asker) {
        int held = waiting.size() + reads.waitingCount();
        if (held >= settings.maxWaitingCommands()) {
            asker.failed(new ReplicationException.Overloaded("The proxy of " + given.group() + " holds back " + held
                    + " commands already (uitto.proxy.max-waiting-commands)"));
        }
        return held < settings.maxWaitingCommands();
    }

    private Behavior<Object> onRead(Read read) {
        Asker asker = Asker.of(read.command());
        if (hasRoomFor(asker)) {
            reads.add(read.consistency(), new PendingCommand(read.command(), asker, now()));
            scheduleFlush();
        }
        return this;
    }

    private Behavior<Object> onReadAnswers(ReadAnswers answers) {
        latestIndex = Math.max(latestIndex, answers.appliedIndex());
        for (Answer answer : answers.answers()) {
            reads.taken(answer).ifPresent(read -> onReadAnswer(read, answer));
        }
        reads.forgetAnswered();
        scheduleFlush();
        return this;
    }

    private void onReadAnswer(PendingCommand read, Answer answer) {
        if (answer instanceof Failed failed && failed.failure() == ProxyInput.Failure.NOT_LEADER) {
            leader = Optional.empty(); // The replica says who leads, if it knows.
            search.reset();
            reads.askNextLeader(read);
        } else if (answer instanceof Failed failed && failed.failure() == ProxyInput.Failure.OVERLOADED) {
            read.asker().failed(new ReplicationException.Overloaded(failed.message())); // However often it was sent.
        } else {
            onAnswer(read, answer, List.of());
        }
    }

    private Behavior<Object> onReadIndex(ReadIndexIs answer) {
        latestIndex = Math.max(latestIndex, answer.index());
        reads.onReadIndex(answer.ticket(), answer.index());
        scheduleFlush();
        return this;
    }

    private Behavior<Object> onGetToken(GetToken question) {
        question.replyTo().tell(new ReadToken(latestIndex));
        return this;
    }

    private long now() {
        return given.clock().getAsLong();
    }

    /**
     * Flushes behind what is already in the mailbox, so that it all travels together and a lone command still at once. If enough for
     * a message has gathered, nothing waits for what is in the mailbox, which may be much more than can ever be taken.
     */
    private void scheduleFlush() {
        if (waiting.size() >= ENOUGH_GATHERED && commandsGo() && leader.isPresent() && session.isPresent()) {
            sendTo(leader.get());
            tellStreams();
            keepTicking();
        }
        if (!flushScheduled && (commandsGo() || reads.waitingCount() > 0)) {
            flushScheduled = true;
            getContext().getSelf().tell(Flush.INSTANCE);
        }
    }

    private boolean commandsGo() {
        return !waiting.isEmpty() && sent.size() < settings.maxBatchesInFlight();
    }

    private Behavior<Object> onFlush() {
        flushScheduled = false;
        if (leader.isEmpty() && needsLeader() && !ticking) {
            searchIfDue();
        }
        leader.filter(known -> !waiting.isEmpty()).ifPresent(this::sendTo);
        reads.flush(leader.map(known -> given.locator().at(known.contact())), now());
        tellStreams();
        keepTicking();
        return this;
    }

    private boolean needsLeader() {
        return !waiting.isEmpty() || reads.needsLeader();
    }

    private void sendTo(KnownLeader known) {
        ActorRef<ReplicaInput> replica = given.locator().at(known.contact());
        if (session.isEmpty()) {
            askForSession(replica);
        } else {
            send(replica, known.term(), session.get());
        }
    }

    private void askForSession(ActorRef<ReplicaInput> replica) {
        long now = now();
        if (sessionRequest.isDue(now)) {
            sessionRequest.tried(now);
            replica.tell(new OpenSession(returnAddress));
        }
    }

    private void send(ActorRef<ReplicaInput> replica, long term, long inSession) {
        boolean local = given.locator().isLocal(replica);
        while (!waiting.isEmpty()
                && sent.size() < settings.maxBatchesInFlight()
                && firstNumberWaiting() - firstUnanswered() < Sending.MAX_AHEAD) {
            Optional<Packed> packed = local ? Optional.of(packer.local(waiting)) : packer.serialized(waiting);
            if (packed.isPresent()) {
                List<PendingCommand> commands = packed.get().commands();
                boolean again = commands.stream().anyMatch(PendingCommand::isInDoubt);
                for (PendingCommand command : commands) {
                    if (!command.hasNumber()) {
                        command.number(nextNumber++);
                    }
                    command.sent(inSession, term);
                }
                SentBatch batch = new SentBatch(nextAttempt++, term, now(), commands);
                sent.add(batch);
                Sending sending = new Sending(
                        inSession, term, batch.attempt(), commands.get(0).number(), firstUnanswered(), again);
                replica.tell(
                        new CommandBatch(returnAddress, sending, packed.get().payload()));
            }
        }
    }

    /** The lowest number without an answer; all before it are done with. */
    private long firstUnanswered() {
        long first = firstNumberWaiting();
        for (SentBatch batch : sent) {
            first = Math.min(first, batch.firstUnanswered());
        }
        return first;
    }

    private long firstNumberWaiting() {
        return waiting.isEmpty() || !waiting.element().hasNumber()
                ? nextNumber
                : waiting.element().number();
    }

    private void onRejectedHere(PendingCommand command, CodecException reason) {
        getContext().getLog().error("A command for {} was rejected", given.group(), reason);
        command.asker().failed(new ReplicationException.Rejected(String.valueOf(reason.getMessage())));
    }

    private Behavior<Object> onAnswers(Answers answers) {
        List<PendingCommand> again = new ArrayList<>();
        latestIndex = Math.max(latestIndex, answers.appliedIndex());
        for (Answer answer : answers.answers()) {
            taken(answer).ifPresent(command -> onAnswer(command, answer, again));
        }
        sent.removeIf(SentBatch::isAnswered);
        waitAgain(again);
        tellStreams();
        scheduleFlush();
        return this;
    }

    private Optional<PendingCommand> taken(Answer answer) {
        for (SentBatch batch : sent) {
            Optional<PendingCommand> command = batch.take(answer);
            if (command.isPresent()) {
                return command;
            }
        }
        return answer.attempt() == Answer.ANY_ATTEMPT ? takenFromWaiting(answer.number()) : Optional.empty();
    }

    /** An earlier leader has answered after all, before the command was sent to the next one. */
    private Optional<PendingCommand> takenFromWaiting(long number) {
        for (PendingCommand command : waiting) {
            if (!command.isInDoubt() || command.number() > number) {
                break;
            } else if (command.number() == number) {
                waiting.remove(command);
                return Optional.of(command);
            }
        }
        return Optional.empty();
    }

    private void onAnswer(PendingCommand command, Answer answer, List<PendingCommand> again) {
        if (answer instanceof Replied replied) {
            reply(command, replied);
        } else if (answer instanceof RepliedHere replied) {
            command.asker().replied(replied.reply());
        } else if (answer instanceof Failed failed) {
            onFailed(command, failed, again);
        }
    }

    private void onFailed(PendingCommand command, Failed failed, List<PendingCommand> again) {
        switch (failed.failure()) {
            case NOT_LEADER -> {
                command.notHandled();
                goesAgain(command, again);
            }
            case LEADERSHIP_LOST -> goesAgain(command, again);
            case REJECTED -> command.asker().failed(new ReplicationException.Rejected(failed.message()));
            case OVERLOADED -> {
                command.notHandled();
                if (command.isInDoubt()) { // An earlier leader may have handled it.
                    again.add(command);
                } else {
                    command.asker().failed(new ReplicationException.Overloaded(failed.message()));
                }
            }
        }
    }

    private void goesAgain(PendingCommand command, List<PendingCommand> again) {
        if (leader.filter(known -> known.term() <= command.term()).isPresent()) {
            leader = Optional.empty();
            search.reset();
        }
        again.add(command);
    }

    /** Commands that are to be sent again wait, each in its place. What may have been handled can't go in another session. */
    private void waitAgain(List<PendingCommand> commands) {
        if (commands.isEmpty()) {
            return;
        }
        List<PendingCommand> all = new ArrayList<>(waiting);
        for (PendingCommand command : commands) {
            if (command.isInDoubt()
                    && session.filter(current -> current == command.session()).isEmpty()) {
                failForgotten(command);
            } else {
                all.add(command);
            }
        }
        all.sort(Comparator.comparingLong(command -> command.hasNumber() ? command.number() : Long.MAX_VALUE));
        waiting.clear();
        waiting.addAll(all);
        keepTicking();
    }

    private void failForgotten(PendingCommand command) {
        command.asker()
                .failed(
                        new ReplicationException.UnknownOutcome(
                                given.group() + " has forgotten the session of this proxy while"
                                        + " the command was under way (uitto.sessions.expire-after, uitto.sessions.max-count)"));
    }

    private void reply(PendingCommand command, Replied replied) {
        try {
            Object message = codec.read(new Input(replied.value().toArrayUnsafe()));
            command.asker().replied(message);
        } catch (CodecException e) {
            getContext().getLog().error("A reply of {} can't be read", given.group(), e);
            command.asker()
                    .failed(new ReplicationException.UnknownOutcome(
                            "The command was handled, but its reply can't be read here: " + e.getMessage()));
        }
    }

    private Behavior<Object> onLeaderIs(LeaderIs news) {
        given.locator().learn(news.members());
        // A term counts once it has a leader: then a quorum has it on disk. One without may be forgotten in a crash,
        // and
        // whoever had believed in it would wait for it for ever.
        if (news.contact().isPresent() && news.term() >= latestTerm) {
            if (news.term() > latestTerm) {
                sessionRequest.reset();
                search.reset();
            }
            latestTerm = news.term();
            leader = news.contact().map(contact -> new KnownLeader(news.term(), contact));
            takeBackIf(batch -> batch.term() < latestTerm);
            tellStreams();
            scheduleFlush();
        }
        return this;
    }

    /** What was sent in vain, as far as one knows, is sent again. */
    private void takeBackIf(Predicate<SentBatch> inVain) {
        List<PendingCommand> again = new ArrayList<>();
        sent.removeIf(batch -> {
            boolean takenBack = inVain.test(batch);
            if (takenBack) {
                again.addAll(batch.takeRest());
            }
            return takenBack;
        });
        waitAgain(again);
    }

    private Behavior<Object> onSessionOpened(SessionOpened opened) {
        if (session.isEmpty()) {
            session = Optional.of(opened.session());
            scheduleFlush();
        }
        return this;
    }

    private Behavior<Object> onSessionUnknown(SessionUnknown unknown) {
        List<PendingCommand> again = new ArrayList<>();
        sent.removeIf(batch -> {
            boolean isIt = batch.attempt() == unknown.attempt();
            if (isIt) {
                again.addAll(batch.takeRest());
            }
            return isIt;
        });
        again.forEach(PendingCommand::notHandled);
        if (again.stream()
                .anyMatch(command ->
                        session.filter(current -> current == command.session()).isPresent())) {
            session = Optional.empty();
            sessionRequest.reset();
            again.addAll(waiting);
            waiting.clear();
        }
        waitAgain(again);
        tellStreams();
        scheduleFlush();
        return this;
    }

    private Behavior<Object> onTick() {
        ticking = false;
        long now = now();
        giveUpOnOverdue(now);
        takeBackIf(batch -> isToBeResent(batch, now));
        reads.tick(now).forEach(this::giveUpOnRead);
        tellStreams();
        scheduleFlush();
        boolean suspicious = sent.stream()
                .anyMatch(batch ->
                        now - batch.sentAtNanos() >= settings.suspectAfter().toNanos());
        if (suspicious
                || (needsLeader() && leader.isEmpty())
                || (!waiting.isEmpty() && session.isEmpty())
                || reads.isAskingInVain(now)) {
            searchIfDue();
        }
        keepTicking();
        return this;
    }

    private boolean isToBeResent(SentBatch batch, long now) {
        return now - batch.sentAtNanos() >= Backoff.nanosAfter(settings.resendAfter(), batch.sendings());
    }

    private void giveUpOnOverdue(long now) {
        long limitNanos = settings.giveUpAfter().toNanos();
        while (!waiting.isEmpty() && now - waiting.element().acceptedAtNanos() >= limitNanos) {
            giveUp(waiting.remove());
        }
        for (SentBatch batch : sent) {
            batch.takeOlderThan(limitNanos, now).forEach(this::giveUp);
        }
        sent.removeIf(SentBatch::isAnswered);
    }

    private void giveUp(PendingCommand command) {
        command.asker()
                .failed(
                        command.isInDoubt()
                                ? new ReplicationException.UnknownOutcome("The leader of term " + command.term()
                                        + " did not answer, nor a later one, within " + settings.giveUpAfter()
                                        + " (uitto.proxy.give-up-after)")
                                : new ReplicationException.NotLeader(
                                        "No leader of " + given.group() + " took the command within "
                                                + settings.giveUpAfter() + "; asked "
                                                + given.locator().contacts()
                                                + " (uitto.proxy.give-up-after)"));
    }

    private void giveUpOnRead(PendingCommand read) {
        read.asker()
                .failed(new ReplicationException.NotLeader(
                        "No replica of " + given.group() + " answered the read within " + settings.giveUpAfter()
                                + "; asked " + given.locator().contacts() + " (uitto.proxy.give-up-after)"));
    }

    private Behavior<Object> onAskAround() {
        search();
        return this;
    }

    /**
     * Less and less often while nothing changes: a leader that is only slow must not get slower by being asked, and whoever was
     * asked says by itself when there is another.
     */
    private void searchIfDue() {
        long now = now();
        if (search.isDue(now)) {
            search.tried(now);
            search();
        }
    }

    private void search() {
        given.locator().contacts().forEach(contact -> given.locator().ask(contact, new WhoLeads(returnAddress)));
    }

    /** Ticks while there is anything to look after, and not otherwise. */
    private void keepTicking() {
        if (!ticking && (!sent.isEmpty() || !waiting.isEmpty() || !reads.isIdle())) {
            ticking = true;
            timers.startSingleTimer(Tick.INSTANCE, settings.searchInterval());
        }
    }
}
