package org.uitto.samples.mishap;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.apache.pekko.actor.AbstractActor;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.persistence.JournalProtocol;
import org.apache.pekko.persistence.Persistence;

/**
 * A journal that hands all to {@code uitto.journal}, writes later than they come, as a slow disk would; in their order. Named
 * in {@code uitto.log.journal}.
 */
public final class SlowJournal extends AbstractActor {
    /** The id of this plugin. */
    static final String PLUGIN = "uitto-mishaps.slow-journal";

    /** From now on each write comes so much later; zero for none. */
    record Delay(Duration delay) {}

    private enum Due {
        INSTANCE
    }

    private record Held(Object message, ActorRef sender, long dueNanos) {}

    private final ActorRef journal =
            Persistence.get(getContext().getSystem()).journalFor("uitto.journal", ConfigFactory.empty());
    private final Deque<Held> held = new ArrayDeque<>();
    private Duration delay = Duration.ZERO;

    @Override
    public Receive createReceive() {
        return receiveBuilder()
                .match(Delay.class, changed -> delay = changed.delay())
                .matchEquals(Due.INSTANCE, due -> onDue())
                .matchAny(this::onRequest)
                .build();
    }

    private void onRequest(Object request) {
        boolean isWrite = request instanceof JournalProtocol.WriteMessages;
        if (held.isEmpty() && (!isWrite || delay.isZero())) {
            journal.tell(request, getSender());
            return;
        }
        held.add(new Held(request, getSender(), System.nanoTime() + (isWrite ? delay.toNanos() : 0)));
        if (held.size() == 1) {
            await(held.element());
        }
    }

    private void onDue() {
        while (!held.isEmpty() && held.element().dueNanos() - System.nanoTime() <= 0) {
            Held next = held.remove();
            journal.tell(next.message(), next.sender());
        }
        if (!held.isEmpty()) {
            await(held.element());
        }
    }

    private void await(Held next) {
        Duration left = Duration.ofNanos(Math.max(0, next.dueNanos() - System.nanoTime()));
        getContext()
                .getSystem()
                .scheduler()
                .scheduleOnce(left, getSelf(), Due.INSTANCE, getContext().getDispatcher(), ActorRef.noSender());
    }
}
