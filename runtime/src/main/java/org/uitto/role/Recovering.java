package org.uitto.role;

import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.uitto.core.RoleState.Follower;
import org.uitto.log.LogPosition;
import org.uitto.log.store.LogNotice;
import org.uitto.log.store.LogNotice.LogFailed;
import org.uitto.log.store.LogNotice.Recovered;
import org.uitto.log.store.LogStore;
import org.uitto.role.RaftInput.GetStatus;
import org.uitto.role.RaftInput.LogChanged;

/**
 * A node while it reads its log back from disk. The first of all phases; followed by {@link FollowerBehavior}, or by {@link
 * Halted} if the log can't be read. What peers say meanwhile is dropped: they say it again.
 */
final class Recovering extends AbstractBehavior<RaftInput> {
    private final Participation given;
    private final TimerScheduler<RaftInput> timers;
    private final org.apache.pekko.actor.ActorRef logStore;

    Recovering(Participation given, ActorContext<RaftInput> context, TimerScheduler<RaftInput> timers) {
        super(context);
        this.given = given;
        this.timers = timers;
        ActorRef<LogNotice> notices = context.messageAdapter(LogNotice.class, LogChanged::new);
        this.logStore = Adapter.actorOf(context, LogStore.props(given.group(), given.self(), notices), "log");
    }

    @Override
    public Receive<RaftInput> createReceive() {
        return newReceiveBuilder()
                .onMessage(LogChanged.class, this::onLog)
                .onMessage(GetStatus.class, this::onGetStatus)
                .onAnyMessage(ignored -> this)
                .build();
    }

    private Behavior<RaftInput> onLog(LogChanged changed) {
        if (changed.notice() instanceof Recovered recovered) {
            Follower follower = new Follower(recovered.saved(), 0, Optional.empty());
            RoleContext node = new RoleContext(given, getContext(), timers, logStore, recovered);
            given.observer().onStarted(follower, recovered.log());
            given.stateMachine()
                    .tell(new RaftNotice.LogRecovered(recovered.log().last().index()));
            node.restartElectionTimer();
            return node.enter(follower);
        }
        LogFailed failed = (LogFailed) changed.notice();
        getContext()
                .getLog()
                .error(
                        "Node {} takes no part in group {}: {}",
                        given.self(),
                        given.group(),
                        failed.reason(),
                        failed.cause());
        given.stateMachine().tell(new RaftNotice.ParticipationEnded(failed.reason()));
        return Halted.behavior(status(GroupStatus.Role.HALTED, Optional.of(failed.reason())));
    }

    private Behavior<RaftInput> onGetStatus(GetStatus request) {
        request.replyTo().tell(status(GroupStatus.Role.RECOVERING, Optional.empty()));
        return this;
    }

    private GroupStatus status(GroupStatus.Role role, Optional<String> trouble) {
        return new GroupStatus(given.group(), given.self(), 0, role, 0, Optional.empty(), LogPosition.ZERO, 0, trouble);
    }
}
