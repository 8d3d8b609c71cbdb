package org.uitto.replicated;

import com.typesafe.config.Config;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.dispatch.Envelope;
import org.apache.pekko.dispatch.MailboxType;
import org.apache.pekko.dispatch.MessageQueue;
import org.apache.pekko.dispatch.NodeMessageQueue;
import org.apache.pekko.dispatch.ProducesMessageQueue;
import org.jspecify.annotations.Nullable;
import scala.Option;

/**
 * The mailbox of a {@link Proxy}: holds as many commands that await a reply as the proxy itself may hold back, and has each further
 * one fail as overload at once, on the thread that sends it. So whoever asks faster than the machine can even refuse is told, and its
 * memory is bounded. What else the proxy is told is never refused, nor is a command that nobody awaits: its sender could not be told.
 */
public final class ProxyMailbox implements MailboxType, ProducesMessageQueue<MessageQueue> {
    /** Where the configuration of this mailbox is. */
    public static final String CONFIG = "uitto.proxy.mailbox";

    private static final String MAX_WAITING_COMMANDS = "uitto.proxy.max-waiting-commands";

    private final int capacity;

    /** How Pekko makes one. */
    public ProxyMailbox(ActorSystem.Settings settings, Config config) {
        this(settings.config().getInt(MAX_WAITING_COMMANDS));
    }

    ProxyMailbox(int capacity) {
        this.capacity = capacity;
    }

    @Override
    public MessageQueue create(Option<ActorRef> owner, Option<ActorSystem> system) {
        return new Queue(capacity);
    }

    private static final class Queue implements MessageQueue {
        private final NodeMessageQueue queue = new NodeMessageQueue();
        private final AtomicInteger commands = new AtomicInteger();
        private final int capacity;

        Queue(int capacity) {
            this.capacity = capacity;
        }

        @Override
        public void enqueue(ActorRef receiver, Envelope envelope) {
            if (isAwaited(envelope.message())) {
                if (commands.get() >= capacity) {
                    Asker.of(command(envelope.message()))
                            .failed(new ReplicationException.Overloaded(receiver.path()
                                            .name() + " has " + capacity + " commands that it has not looked at yet ("
                                    + MAX_WAITING_COMMANDS + ")"));
                    return;
                }
                commands.incrementAndGet();
            }
            queue.enqueue(receiver, envelope);
        }

        @Override
        public @Nullable Envelope dequeue() {
            Envelope next = queue.dequeue();
            if (next != null && isAwaited(next.message())) {
                commands.decrementAndGet();
            }
            return next;
        }

        private static boolean isAwaited(Object message) {
            return message instanceof Read || (!(message instanceof ProxyInput) && ReplyTargets.isIn(message));
        }

        private static Object command(Object message) {
            return message instanceof Read read ? read.command() : message;
        }

        @Override
        public int numberOfMessages() {
            return queue.numberOfMessages();
        }

        @Override
        public boolean hasMessages() {
            return queue.hasMessages();
        }

        @Override
        public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
            queue.cleanUp(owner, deadLetters);
        }
    }
}
