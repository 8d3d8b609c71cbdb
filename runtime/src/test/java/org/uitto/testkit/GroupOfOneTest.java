package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.uitto.log.NodeId;

/** A group of one node, which is a majority by itself. */
class GroupOfOneTest extends ScriptedGroup {
    @Override
    List<NodeId> members() {
        return List.of(N1);
    }

    @Test
    @DisplayName("C24 C25 a node alone in its group has all that it acknowledged before it answers anything")
    void aNodeAloneHasAllThatItAcknowledged() {
        startGroup();
        for (int round = 1; round <= 8; round++) {
            done(new RegisterModel.Append("list", "," + round));
            CompletableFuture<String> doubtful =
                    asked(new RegisterModel.Append("other", "x")).toCompletableFuture();
            world.node(N1).kill();
            start(N1);

            String list = done(new RegisterModel.Get("list"));

            assertEquals(round, list.chars().filter(c -> c == ',').count(), list);
            await("an outcome", doubtful::isDone);
        }
    }
}
