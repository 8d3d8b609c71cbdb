package org.uitto.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.log.Configuration;
import org.uitto.log.Member;
import org.uitto.log.NodeId;

/** Where the members of a group are reached. */
class GroupContactsTest {
    private static final NodeId A = new NodeId("a");
    private static final NodeId B = new NodeId("b");
    private static final NodeId C = new NodeId("c");

    private final GroupContacts contacts =
            new GroupContacts(new Members("system", Map.of(A, new Contact("old", 1), B, new Contact("old", 2))));

    private static Configuration configuration() {
        return Configuration.of(List.of(A)).withLearners(Map.of(B, Member.at("logged:2"), C, Member.at("logged:3")));
    }

    private String addressOf(NodeId node) {
        return contacts.addressOf(node).map(ReplicaAddress::toString).orElse("");
    }

    @Test
    @DisplayName("E18 the settings of a start say more than the log, so a member that has moved needs no majority")
    void settingsSayMoreThanTheLog() {
        contacts.onConfiguration(configuration());

        assertEquals("old:2", addressOf(B));
        assertEquals("logged:3", addressOf(C));
        assertEquals(Optional.empty(), contacts.addressOf(new NodeId("d")));
    }

    @Test
    @DisplayName("E18 a member is reached where it says itself that it is, as soon as it speaks")
    void aMemberSaysItselfWhereItIs() {
        contacts.onConfiguration(configuration());

        contacts.heardFrom(B, "new:2~1");
        contacts.heardFrom(C, "no address");

        assertEquals("new:2~1", addressOf(B));
        assertEquals("logged:3", addressOf(C));
        assertEquals(List.of("old:1", "new:2", "logged:3"), contacts.all());
    }
}
