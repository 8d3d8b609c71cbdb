package org.uitto.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Whether a change of members has come to pass, going by the configuration alone. */
class MembershipChangeTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");
    private static final NodeId D = new NodeId("d");
    private static final Configuration FIRST = Configuration.of(List.of(A, B, C));
    private static final MembershipChange D_FOR_C = MembershipChange.NONE.replacing(C, D, Member.at("d:1"));

    @Test
    void aChangeIsUnderWayUntilItsLastStepAndThenFulfilled() {
        Configuration begun = D_FOR_C.begunFrom(FIRST);
        Configuration joint = begun.jointWith(begun.target());
        Configuration last = joint.afterJoint();

        assertFalse(D_FOR_C.isFulfilledBy(FIRST) || D_FOR_C.isUnderWayIn(FIRST));
        for (Configuration step : List.of(begun, joint)) {
            assertTrue(D_FOR_C.isUnderWayIn(step), step.toString());
            assertFalse(D_FOR_C.isFulfilledBy(step), step.toString());
        }
        assertTrue(D_FOR_C.isFulfilledBy(last));
        assertFalse(D_FOR_C.isUnderWayIn(last));
        assertEquals(Set.of(A, B, D), last.voters());
    }

    @Test
    void anotherChangeFulfilsItNot() {
        Configuration towardsOthers =
                MembershipChange.NONE.adding(D, Member.at("d:1")).begunFrom(FIRST);

        assertFalse(D_FOR_C.isUnderWayIn(towardsOthers), "c stays");
        assertFalse(D_FOR_C.isFulfilledBy(Configuration.of(List.of(A, B, C, D))));
        assertFalse(D_FOR_C.isFulfilledBy(Configuration.of(List.of(A, B))));
    }

    @Test
    void aLearnerIsThereAsSoonAsItIsAMember() {
        MembershipChange learner = MembershipChange.NONE.addingLearner(D, Member.at("d:1"));

        assertFalse(learner.isFulfilledBy(FIRST));
        assertTrue(learner.isFulfilledBy(learner.begunFrom(FIRST)));
        assertFalse(MembershipChange.NONE.promoting(D).isFulfilledBy(learner.begunFrom(FIRST)));
    }
}
