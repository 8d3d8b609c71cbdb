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
 *
 * <p>What replicas say comes before all commands, however many there are: it is what makes room for them.
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
        private final NodeMessageQueue fromReplicas = new NodeMessageQueue();
        private final NodeMessageQueue others = new NodeMessageQueue();
        private final AtomicInteger commands = new AtomicInteger();
        private final int capacity;

        Queue(int capacity) {
            this.capacity = capacity;
        }

        @Override
        public void enqueue(ActorRef receiver, Envelope envelope) {
            if (envelope.message() instanceof ProxyInput.FromReplica) {
                fromReplicas.enqueue(receiver, envelope);
                return;
            }
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
            others.enqueue(receiver, envelope);
        }

        @Override
        public @Nullable Envelope dequeue() {
            Envelope first = fromReplicas.dequeue();
            if (first != null) {
                return first;
            }
            Envelope next = others.dequeue();
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
            return fromReplicas.numberOfMessages() + others.numberOfMessages();
        }

        @Override
        public boolean hasMessages() {
            return fromReplicas.hasMessages() || others.hasMessages();
        }

        @Override
        public void cleanUp(ActorRef owner, MessageQueue deadLetters) {
            fromReplicas.cleanUp(owner, deadLetters);
            others.cleanUp(owner, deadLetters);
        }
    }
}
