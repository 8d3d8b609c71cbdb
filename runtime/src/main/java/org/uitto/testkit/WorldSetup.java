package org.uitto.testkit;

import org.apache.pekko.actor.ActorSystem;
import org.apache.pekko.actor.setup.Setup;

/** Tells the parts that Pekko creates by reflection in which world their actor system lives. */
final class WorldSetup extends Setup {
    private final World world;

    WorldSetup(World world) {
        this.world = world;
    }

    /** The world of the system with these settings. */
    static World worldOf(ActorSystem.Settings settings) {
        return settings.setup()
                .get(WorldSetup.class)
                .orElseThrow(() -> new IllegalStateException("The actor system is not part of a simulated world:"
                        + " uitto-simulation.conf is for systems that World.boot starts"))
                .world;
    }
}
