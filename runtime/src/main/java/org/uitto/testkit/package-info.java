/**
 * A deterministic world for actors: a real Pekko {@code ActorSystem}, unmodified, on one thread, a virtual clock and a
 * seed, with simulated nodes, disks and network around it, and a checker for the histories of its clients.
 *
 * <p>{@link org.uitto.testkit.ReplicatedTestKit} is the door for users: it runs their replicated actors in such worlds.
 *
 * <p>{@link org.uitto.testkit.World} decides what runs next and when. Everything random in a run, from the order in which
 * mailboxes run to the fate of each message and write, comes from the world's seed, so a run that went wrong is repeated
 * by its seed alone:
 *
 * <pre>{@code
 * World world = World.ofSeed(42);
 * SimulatedSystem system = world.boot(SimulationConfig.defaults());
 * SimulatedNode node = world.node(new NodeId("n1"));
 * system.start(node, MyNode.create(...), ref -> ...);
 * world.runFor(Duration.ofSeconds(10));
 * }</pre>
 *
 * <p>What is simulated must keep to a few rules. It takes time from {@link org.uitto.testkit.NodeClock} or from Pekko's
 * timers, and chance from {@link org.uitto.testkit.World#random(String)}; it starts no thread and never blocks; it does
 * not depend on the order of {@code Set.of}, {@code Map.of} or identity hash codes, which differ from one JVM to the
 * next. A thread from outside that touches the world fails the run.
 */
@NullMarked
package org.uitto.testkit;

import org.jspecify.annotations.NullMarked;
