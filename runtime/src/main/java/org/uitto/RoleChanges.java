package org.uitto;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.uitto.core.RoleState;
import org.uitto.core.Transition;
import org.uitto.log.GroupId;
import org.uitto.log.LogView;
import org.uitto.log.NodeId;
import org.uitto.role.GroupStatus.Role;
import org.uitto.role.RoleObserver;

/** Tells of a node's changes of role, term and leader in one group, each once. */
final class RoleChanges implements RoleObserver {
    private final GroupId group;
    private final NodeId node;
    private final Consumer<RoleChanged> listener;
    private @Nullable RoleChanged last;

    RoleChanges(GroupId group, NodeId node, Consumer<RoleChanged> listener) {
        this.group = group;
        this.node = node;
        this.listener = listener;
    }

    @Override
    public void onStarted(RoleState initial, LogView log) {
        note(initial);
    }

    @Override
    public void onTransition(RoleState before, Transition transition, LogView log) {
        note(transition.next());
    }

    @Override
    public void onHalted(RoleState state, String reason, Throwable cause) {
        tell(new RoleChanged(group, node, Role.HALTED, state.term(), Optional.empty()));
    }

    private void note(RoleState state) {
        boolean same = last != null
                && last.term() == state.term()
                && last.role() == Role.of(state)
                && last.leader().equals(state.leader());
        if (!same) {
            tell(new RoleChanged(group, node, Role.of(state), state.term(), state.leader()));
        }
    }

    private void tell(RoleChanged changed) {
        last = changed;
        listener.accept(changed);
    }
}
