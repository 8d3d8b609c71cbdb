package org.uitto.node;

import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.io.Tcp;
import org.apache.pekko.io.TcpMessage;
import scala.Option;

/**
 * Keeps a connection to another node that carries nothing, and tells when that node's process is gone: the connection
 * breaks, and its machine, which still answers, refuses a new one. Whatever else may happen to a connection proves nothing, and
 * it is made anew: a process that stands still keeps its connections, and of a machine that is lost nothing is heard. Ends
 * when it has told.
 */
final class CrashWatch extends AbstractBehavior<Object> {
    private static final Duration CONNECT_WITHIN = Duration.ofSeconds(1);
    private static final Duration CONNECT_AGAIN_AFTER = Duration.ofSeconds(5);

    private enum Connect {
        INSTANCE
    }

    private final TimerScheduler<Object> timers;
    private final Contact node;
    private final Runnable crashed;

    private CrashWatch(ActorContext<Object> context, TimerScheduler<Object> timers, Contact node, Runnable crashed) {
        super(context);
        this.timers = timers;
        this.node = node;
        this.crashed = crashed;
        connect();
    }

    /**
     * Watches {@code node}.
     *
     * @param crashed is run once, by this actor
     */
    static Behavior<Object> create(Contact node, Runnable crashed) {
        return Behaviors.setup(
                context -> Behaviors.withTimers(timers -> new CrashWatch(context, timers, node, crashed)));
    }

    @Override
    public Receive<Object> createReceive() {
        return newReceiveBuilder()
                .onMessageEquals(Connect.INSTANCE, this::connect)
                .onMessage(Tcp.Connected.class, connected -> onConnected())
                .onMessage(Tcp.CommandFailed.class, this::onFailed)
                .onMessage(Tcp.ConnectionClosed.class, closed -> connect())
                .onAnyMessage(ignored -> this) // The other node says nothing on a connection that nothing was said on.
                .build();
    }

    private Behavior<Object> connect() {
        Tcp.get(Adapter.toClassic(getContext().getSystem()))
                .manager()
                .tell(
                        TcpMessage.connect(
                                InetSocketAddress.createUnresolved(node.host(), node.port()),
                                null,
                                List.of(),
                                CONNECT_WITHIN,
                                false),
                        self());
        return this;
    }

    private org.apache.pekko.actor.ActorRef self() {
        return Adapter.toClassic(getContext().getSelf());
    }

    private Behavior<Object> onConnected() {
        Adapter.toClassic(getContext()).sender().tell(TcpMessage.register(self()), self());
        return this;
    }

    private Behavior<Object> onFailed(Tcp.CommandFailed failed) {
        if (isRefusal(failed.cause())) {
            crashed.run();
            return Behaviors.stopped();
        }
        timers.startSingleTimer(Connect.INSTANCE, CONNECT_AGAIN_AFTER);
        return this;
    }

    /** What Java throws for a connection that was refused. A timeout is of a class derived from it. */
    private static boolean isRefusal(Option<Throwable> cause) {
        return cause.isDefined() && cause.get().getClass() == ConnectException.class;
    }
}
