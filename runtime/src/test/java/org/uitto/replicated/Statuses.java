package org.uitto.replicated;

import java.util.List;
import java.util.Optional;
import org.uitto.log.Configuration;
import org.uitto.log.GroupId;
import org.uitto.log.LogPosition;
import org.uitto.log.NodeId;
import org.uitto.role.DiskStatus;
import org.uitto.role.GroupStatus;
import org.uitto.role.LogStatus;

/** Statuses for tests that don't care for what is in them. */
final class Statuses {
    private Statuses() {}

    /** Of a follower whose log ends with {@code last}, all of it committed. */
    static GroupStatus follower(LogPosition last) {
        NodeId self = new NodeId("a");
        return new GroupStatus(
                new GroupId("g"),
                self,
                1,
                GroupStatus.Role.FOLLOWER,
                1,
                Optional.empty(),
                Optional.empty(),
                new LogStatus(LogPosition.ZERO, last, last.index(), last.index(), Optional.empty(), 0, 0),
                new DiskStatus(0, 0, 0),
                Configuration.of(List.of(self)),
                0,
                List.of(),
                Optional.empty(),
                false,
                Optional.empty());
    }
}
