package org.uitto;

import java.time.Duration;
import java.util.Collection;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.uitto.replicated.ProxyInput.AskAround;

/**
 * Has the proxies of a system that hosts no replica ask for the members of their groups, again and again: one that has nothing
 * to send for a while would else not hear that all members it knows have been replaced. A node always knows its own replica.
 */
final class ContactWatch {
    private enum Tick {
        INSTANCE
    }

    private ContactWatch() {}

    /**
     * The watch.
     *
     * @param proxies those of this moment; called by the watch's thread
     */
    static Behavior<Object> create(Supplier<Collection<ActorRef<Object>>> proxies, Duration interval) {
        return Behaviors.withTimers(timers -> {
            timers.startTimerWithFixedDelay(Tick.INSTANCE, interval);
            return Behaviors.receive(Object.class)
                    .onMessageEquals(Tick.INSTANCE, () -> {
                        proxies.get().forEach(proxy -> proxy.tell(AskAround.INSTANCE));
                        return Behaviors.same();
                    })
                    .build();
        });
    }
}
