package org.uitto.testkit;

import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.BehaviorInterceptor;
import org.apache.pekko.actor.typed.TypedActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.uitto.role.RaftInput;

/** Shows everything that reaches a node to its observer, just before the node handles it. */
final class InputTap extends BehaviorInterceptor<RaftInput, RaftInput> {
    private final NodeObserver observer;

    private InputTap(NodeObserver observer) {
        super(RaftInput.class);
        this.observer = observer;
    }

    /** {@code node}, watched by {@code observer}. */
    static Behavior<RaftInput> watched(Behavior<RaftInput> node, NodeObserver observer) {
        return Behaviors.intercept(() -> new InputTap(observer), node);
    }

    @Override
    public Behavior<RaftInput> aroundReceive(
            TypedActorContext<RaftInput> context, RaftInput input, ReceiveTarget<RaftInput> target) {
        observer.onInput(input);
        return target.apply(context, input);
    }
}
