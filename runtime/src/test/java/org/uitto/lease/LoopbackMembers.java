package org.uitto.lease;

import com.typesafe.config.Config;
import java.io.IOException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.uitto.LoopbackCluster;

/** Members that have all been started. */
final class LoopbackMembers implements AutoCloseable {
    private final LoopbackCluster cluster;

    LoopbackMembers(Config settings, String... nodes) throws IOException {
        cluster = new LoopbackCluster(settings, nodes);
        for (String node : nodes) {
            cluster.startNode(node);
        }
    }

    ActorSystem<Void> system(String node) {
        return cluster.system(node);
    }

    ActorSystem<Void> startClient(String name) {
        return cluster.startClient(name);
    }

    void stop(String name) {
        cluster.stop(name);
    }

    @Override
    public void close() {
        cluster.close();
    }
}
