package org.uitto.samples.peers;

import java.nio.file.Path;
import java.util.Arrays;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.uitto.Raft;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.cluster.SampleSystem;

/** A node of a measured cluster. It runs until its process ends. */
public final class PeerNode {
    private PeerNode() {}

    /** Runs a node: its number from 0, its data folder, then the contact of each node, {@code host:port}. */
    public static void main(String[] args) {
        start(
                new PeerCluster(Arrays.asList(args).subList(2, args.length)),
                Integer.parseInt(args[0]),
                Path.of(args[1]));
    }

    /** Starts the node of this number in this process, with its data in {@code folder}. */
    public static void start(PeerCluster cluster, int node, Path folder) {
        ActorSystem<Void> system = SampleSystem.start(cluster.nodeSettings(node, folder), Behaviors.empty());
        SampleActor.LEDGER.start(Raft.get(system), system.settings().config());
    }
}
