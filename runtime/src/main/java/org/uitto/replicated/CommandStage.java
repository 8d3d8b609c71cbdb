package org.uitto.replicated;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.japi.function.Function2;
import org.apache.pekko.stream.ActorAttributes;
import org.apache.pekko.stream.Attributes;
import org.apache.pekko.stream.FlowShape;
import org.apache.pekko.stream.Inlet;
import org.apache.pekko.stream.Outlet;
import org.apache.pekko.stream.Supervision;
import org.apache.pekko.stream.stage.AbstractInHandler;
import org.apache.pekko.stream.stage.AbstractOutHandler;
import org.apache.pekko.stream.stage.AsyncCallback;
import org.apache.pekko.stream.stage.GraphStage;
import org.apache.pekko.stream.stage.GraphStageLogic;
import org.apache.pekko.stream.stage.TimerGraphStageLogic;
import org.jspecify.annotations.Nullable;
import org.uitto.replicated.ProxyInput.StreamedCommands;
import org.uitto.replicated.StreamAnswers.StreamAnswer;
import scala.runtime.BoxedUnit;

/**
 * Hands commands over to a proxy, many in one message, and yields their replies in the order of the elements. All commands bear the
 * same address for their replies, that of the running stream; which reply is whose the proxy knows.
 */
final class CommandStage<In, Command, Reply> extends GraphStage<FlowShape<In, Reply>> {
    private static final String TIMER = "tick";

    /** How often in the time that a reply may take this looks which are overdue. */
    private static final int TICKS = 8;

    private final Inlet<In> in = Inlet.create("CommandStage.in");
    private final Outlet<Reply> out = Outlet.create("CommandStage.out");
    private final FlowShape<In, Reply> shape = FlowShape.of(in, out);

    private final ActorRef<Object> proxy;
    private final int inFlight;
    private final Duration timeout;
    private final Function2<In, ActorRef<Reply>, Command> command;

    CommandStage(
            ActorRef<Command> proxy, int inFlight, Duration timeout, Function2<In, ActorRef<Reply>, Command> command) {
        if (inFlight < 1) {
            throw new IllegalArgumentException("At least one command has to be in flight, not " + inFlight);
        }
        this.proxy = proxy.unsafeUpcast();
        this.inFlight = inFlight;
        this.timeout = timeout;
        this.command = command;
    }

    @Override
    public FlowShape<In, Reply> shape() {
        return shape;
    }

    @Override
    public GraphStageLogic createLogic(Attributes attributes) {
        return new Logic(attributes
                .getAttribute(ActorAttributes.SupervisionStrategy.class)
                .map(ActorAttributes.SupervisionStrategy::decider)
                .orElse(Supervision.stoppingDecider()));
    }

    /** What became of one command; none of the two as long as that is not known. */
    private static final class Slot {
        final long madeAtTick;

        @Nullable
        Object reply;

        @Nullable
        Throwable failure;

        Slot(long madeAtTick) {
            this.madeAtTick = madeAtTick;
        }

        boolean isOpen() {
            return reply == null && failure == null;
        }
    }

    private final class Logic extends TimerGraphStageLogic {
        private final scala.Function1<Throwable, Supervision.Directive> decider;

        /** Where a command's slot is: its ticket, counted around. Those from {@code oldest} to before {@code next} are in use. */
        private final @Nullable Slot[] slots = new Slot[inFlight];

        private long oldest;
        private long next;
        private long tick;
        private List<Object> gathered = new ArrayList<>();
        private final AsyncCallback<Object> send = createAsyncCallback(ignored -> sendGathered());
        private @Nullable ActorRef<Object> self;

        Logic(scala.Function1<Throwable, Supervision.Directive> decider) {
            super(shape);
            this.decider = decider;
            setHandler(in, new AbstractInHandler() {
                @Override
                public void onPush() {
                    take(grab(in));
                    pullIfRoom();
                }

                @Override
                public void onUpstreamFinish() {
                    completeIfDone();
                }
            });
            setHandler(out, new AbstractOutHandler() {
                @Override
                public void onPull() {
                    yieldReplies();
                }
            });
        }

        @Override
        public void preStart() {
            StageActor actor = getStageActor(received -> {
                onMessage(received._2());
                return BoxedUnit.UNIT;
            });
            self = Adapter.toTyped(actor.ref());
            Duration interval = timeout.dividedBy(TICKS).plusMillis(1);
            scheduleAtFixedRate(TIMER, interval, interval);
        }

        private ActorRef<Object> self() {
            return requireNonNull(self);
        }

        private void take(In element) {
            Command made;
            try {
                made = command.apply(element, self().unsafeUpcast());
            } catch (Exception e) {
                if (stopsAt(e)) {
                    failStage(e);
                }
                return;
            }
            slots[index(next++)] = new Slot(tick);
            gathered.add(made);
            if (gathered.size() == 1) {
                send.invoke(this); // Behind all that upstream has at hand.
            }
        }

        private int index(long ticket) {
            return (int) (ticket % inFlight);
        }

        private boolean stopsAt(Throwable failure) {
            return decider.apply(failure) == Supervision.stop();
        }

        private void sendGathered() {
            proxy.tell(new StreamedCommands(gathered, next - gathered.size(), self().unsafeUpcast()));
            gathered = new ArrayList<>();
        }

        private void pullIfRoom() {
            if (next - oldest < inFlight && !hasBeenPulled(in) && !isClosed(in)) {
                pull(in);
            }
        }

        private void onMessage(Object message) {
            if (message instanceof StreamAnswers answers) {
                answers.answers().forEach(this::settle);
                yieldReplies();
            } else {
                failStage(
                        new IllegalStateException(
                                "The actor has replied " + message.getClass().getName()
                                        + " by another way than the reply of its effect, so nobody can tell to which command of the stream."
                                        + " Use Effect.reply or thenReply in its command handler, or mapAsync with an ask here."));
            }
        }

        private void settle(StreamAnswer answer) {
            Slot slot = answer.ticket() < oldest ? null : slots[index(answer.ticket())];
            if (slot == null || !slot.isOpen()) {
                return; // Came too late.
            } else if (answer instanceof StreamAnswers.Reply replied) {
                slot.reply = replied.reply();
            } else if (answer instanceof StreamAnswers.Failure failed) {
                slot.failure = failed.reason();
            }
        }

        private void yieldReplies() {
            while (oldest < next && isAvailable(out)) {
                Slot slot = requireNonNull(slots[index(oldest)]);
                if (slot.isOpen()) {
                    break;
                }
                slots[index(oldest++)] = null;
                if (slot.failure == null) {
                    push(out, reply(slot));
                } else if (stopsAt(slot.failure)) {
                    failStage(slot.failure);
                    return;
                }
            }
            if (!completeIfDone()) {
                pullIfRoom();
            }
        }

        @SuppressWarnings("unchecked") // The type of the reply is that of the ref that the command was made with.
        private Reply reply(Slot slot) {
            return (Reply) requireNonNull(slot.reply);
        }

        private boolean completeIfDone() {
            boolean done = oldest == next && isClosed(in);
            if (done) {
                completeStage();
            }
            return done;
        }

        @Override
        public void onTimer(Object key) {
            tick++;
            for (long ticket = oldest; ticket < next; ticket++) {
                Slot slot = requireNonNull(slots[index(ticket)]);
                if (tick - slot.madeAtTick <= TICKS) {
                    break; // Those behind it are younger.
                } else if (slot.isOpen()) {
                    slot.failure = new TimeoutException("No reply within " + timeout);
                }
            }
            yieldReplies();
        }
    }
}
