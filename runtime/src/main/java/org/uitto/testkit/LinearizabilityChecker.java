package org.uitto.testkit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Decides whether a history is linearizable: whether each operation can be given one instant between its call and its
 * return at which it took effect, such that the results are those of the model.
 *
 * <p>Each part of the model, such as a key, is decided for itself (Herlihy and Wing 1990, locality). The search is that of
 * Wing and Gong with the memory that Lowe added ("Testing for linearizability", 2017): a set of operations together with
 * the state they lead to is tried once. Operations that certainly failed are left out, as are reads of unknown outcome.
 *
 * @param <S> a state of the model
 * @param <I> what is asked for
 * @param <R> what is answered
 */
public final class LinearizabilityChecker<S, I, R> {
    private static final long DEFAULT_STEP_LIMIT = 20_000_000;

    private final SequentialModel<S, I, R> model;
    private final long stepLimit;

    /** A checker that gives up after 20 million steps. */
    public LinearizabilityChecker(SequentialModel<S, I, R> model) {
        this(model, DEFAULT_STEP_LIMIT);
    }

    /** A checker that gives up a part after {@code stepLimit} steps. */
    public LinearizabilityChecker(SequentialModel<S, I, R> model, long stepLimit) {
        this.model = model;
        this.stepLimit = stepLimit;
    }

    /** Decides about {@code history}, whose operations may be in any order. A violation wins over a search given up. */
    public LinearizabilityVerdict check(List<Operation<I, R>> history) {
        Map<Object, List<Operation<I, R>>> parts = new LinkedHashMap<>();
        for (Operation<I, R> operation : history) {
            if (matters(operation)) {
                parts.computeIfAbsent(model.part(operation.input()), missing -> new ArrayList<>())
                        .add(operation);
            }
        }
        LinearizabilityVerdict verdict = new LinearizabilityVerdict.Linearizable();
        for (Map.Entry<Object, List<Operation<I, R>>> part : parts.entrySet()) {
            LinearizabilityVerdict ofPart =
                    new LinearizationSearch<>(model, part.getKey(), part.getValue(), stepLimit).run();
            if (ofPart instanceof LinearizabilityVerdict.Violation) {
                return ofPart;
            } else if (!ofPart.isLinearizable()) {
                verdict = ofPart;
            }
        }
        return verdict;
    }

    private boolean matters(Operation<I, R> operation) {
        return switch (operation.outcome()) {
            case OK -> true;
            case FAIL -> false;
            case UNKNOWN -> !model.isRead(operation.input());
        };
    }
}
