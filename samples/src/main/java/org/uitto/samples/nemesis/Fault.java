package org.uitto.samples.nemesis;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A fault as it was decided on: a value that says what is to happen to whom. {@link #begin} does it. */
public sealed interface Fault {
    /** Its kind. */
    Nemesis nemesis();

    /**
     * Makes it so.
     *
     * @param leader who leads at this moment, if anyone does
     * @return what was done, and how to undo it
     */
    Ongoing begin(Testbed testbed, Optional<String> leader) throws InterruptedException;

    /** Processes die, and stay away for as long as the fault lasts. */
    record Kill(Victims victims) implements Fault {
        @Override
        public Nemesis nemesis() {
            return Nemesis.KILL;
        }

        @Override
        public Ongoing begin(Testbed testbed, Optional<String> leader) {
            List<String> nodes = victims.among(testbed.nodes(), leader);
            nodes.forEach(testbed::kill);
            return new Ongoing(
                    nemesis(), "kill -9 " + named(nodes, leader), nodes, () -> nodes.forEach(testbed::start));
        }
    }

    /** Processes stand still. */
    record Pause(Victims victims) implements Fault {
        @Override
        public Nemesis nemesis() {
            return Nemesis.PAUSE;
        }

        @Override
        public Ongoing begin(Testbed testbed, Optional<String> leader) {
            List<String> nodes = victims.among(testbed.nodes(), leader);
            nodes.forEach(testbed::pause);
            return new Ongoing(
                    nemesis(), "SIGSTOP " + named(nodes, leader), nodes, () -> nodes.forEach(testbed::resume));
        }
    }

    /**
     * Every node is asked to stop, waited for and started again, one after another.
     *
     * @param pause how long to wait between two
     */
    record RollingRestart(Duration pause) implements Fault {
        @Override
        public Nemesis nemesis() {
            return Nemesis.ROLLING_RESTART;
        }

        @Override
        public Ongoing begin(Testbed testbed, Optional<String> leader) throws InterruptedException {
            for (String node : testbed.nodes()) {
                testbed.stop(node);
                testbed.start(node);
                testbed.awaitPart(node, pause);
            }
            return new Ongoing(nemesis(), "SIGTERM and a new start, one by one", testbed.nodes(), () -> {});
        }
    }

    /** A node's disk is lost while it runs; it starts again on an empty one. */
    record Wipe(Victims victims) implements Fault {
        @Override
        public Nemesis nemesis() {
            return Nemesis.WIPE;
        }

        @Override
        public Ongoing begin(Testbed testbed, Optional<String> leader) {
            List<String> nodes = victims.among(testbed.nodes(), leader);
            nodes.forEach(testbed::kill);
            nodes.forEach(testbed::wipe);
            return new Ongoing(
                    nemesis(),
                    "data of " + named(nodes, leader) + " deleted",
                    nodes,
                    () -> nodes.forEach(testbed::start));
        }
    }

    /**
     * A copy of a node's data is taken between two of its starts, and put back later, when the node has taken part and has
     * acknowledged what the copy lacks.
     */
    record Rollback(Victims victims) implements Fault {
        private static final Duration AT_LEAST = Duration.ofSeconds(1);

        @Override
        public Nemesis nemesis() {
            return Nemesis.ROLLBACK;
        }

        @Override
        public Ongoing begin(Testbed testbed, Optional<String> leader) throws InterruptedException {
            List<String> nodes = victims.among(testbed.nodes(), leader);
            for (String node : nodes) {
                testbed.kill(node);
                testbed.copyData(node);
                testbed.start(node);
                testbed.awaitPart(node, AT_LEAST);
            }
            return new Ongoing(
                    nemesis(), named(nodes, leader) + " copied, and set back to the copy in the end", nodes, () -> {
                        for (String node : nodes) {
                            testbed.kill(node);
                            testbed.setDataBack(node);
                            testbed.start(node);
                        }
                    });
        }
    }

    /**
     * A node is removed from all groups while it is up, and added to them again.
     *
     * @param exchanged whether its machine is gone meanwhile, and another with an empty disk comes under its id
     */
    record Leave(Victims victims, boolean exchanged) implements Fault {
        @Override
        public Nemesis nemesis() {
            return Nemesis.MEMBERS;
        }

        @Override
        public Ongoing begin(Testbed testbed, Optional<String> leader) throws InterruptedException {
            List<String> nodes = victims.among(testbed.nodes(), leader);
            for (String node : nodes) {
                testbed.leave(node);
                if (exchanged) {
                    testbed.kill(node);
                    testbed.wipe(node);
                }
            }
            String what = named(nodes, leader) + " removed from all groups";
            return new Ongoing(nemesis(), exchanged ? what + ", its data deleted" : what, nodes, () -> {
                for (String node : nodes) {
                    testbed.start(node);
                    testbed.join(node);
                }
            });
        }
    }

    /** Links are cut. */
    record Cut(Nemesis nemesis, Topology topology) implements Fault {
        @Override
        public Ongoing begin(Testbed testbed, Optional<String> leader) {
            Topology.Links links = topology.of(testbed.nodes(), leader);
            links.cut().forEach(testbed::cut);
            return new Ongoing(nemesis, links.description(), links.nodes(), testbed::heal);
        }
    }

    /** Whatever reaches some nodes is late, or lost by chance. */
    record BadLinks(Nemesis nemesis, Victims victims, LinkQuality quality) implements Fault {
        @Override
        public Ongoing begin(Testbed testbed, Optional<String> leader) {
            List<String> nodes = victims.among(testbed.nodes(), leader);
            nodes.forEach(node -> testbed.degrade(node, quality));
            return new Ongoing(
                    nemesis, "what reaches " + named(nodes, leader) + " is " + quality, nodes, testbed::heal);
        }
    }

    /** No room is left on a node's disk. */
    record FullDisk(Victims victims) implements Fault {
        @Override
        public Nemesis nemesis() {
            return Nemesis.FULL_DISK;
        }

        @Override
        public Ongoing begin(Testbed testbed, Optional<String> leader) {
            List<String> nodes = victims.among(testbed.nodes(), leader);
            nodes.forEach(testbed::fillDisk);
            return new Ongoing(
                    nemesis(),
                    "the disk of " + named(nodes, leader) + " is full",
                    nodes,
                    () -> nodes.forEach(testbed::freeDisk));
        }
    }

    /** The power of nodes fails at one moment. */
    record PowerLoss(Victims victims) implements Fault {
        @Override
        public Nemesis nemesis() {
            return Nemesis.POWER_LOSS;
        }

        @Override
        public Ongoing begin(Testbed testbed, Optional<String> leader) {
            List<String> nodes = victims.among(testbed.nodes(), leader);
            testbed.losePower(nodes);
            return new Ongoing(
                    nemesis(),
                    "the power of " + named(nodes, leader) + " fails",
                    nodes,
                    () -> nodes.forEach(testbed::start));
        }
    }

    /** Every fsync of a node fails with EIO, once it is asked for. */
    record FailingSync(Victims victims) implements Fault {
        @Override
        public Nemesis nemesis() {
            return Nemesis.FAILING_FSYNC;
        }

        @Override
        public Ongoing begin(Testbed testbed, Optional<String> leader) {
            List<String> nodes = victims.among(testbed.nodes(), leader);
            nodes.forEach(testbed::failSyncs);
            return new Ongoing(
                    nemesis(),
                    "fsync of " + named(nodes, leader) + " fails with EIO",
                    nodes,
                    () -> nodes.forEach(testbed::mendSyncs));
        }
    }

    /** Every fsync of a node takes longer by {@code delay}. */
    record SlowSync(Victims victims, Duration delay) implements Fault {
        @Override
        public Nemesis nemesis() {
            return Nemesis.SLOW_FSYNC;
        }

        @Override
        public Ongoing begin(Testbed testbed, Optional<String> leader) {
            List<String> nodes = victims.among(testbed.nodes(), leader);
            nodes.forEach(node -> testbed.slowSyncs(node, delay));
            return new Ongoing(
                    nemesis(),
                    "fsync of " + named(nodes, leader) + " takes " + delay.toMillis() + " ms more",
                    nodes,
                    () -> nodes.forEach(testbed::mendSyncs));
        }
    }

    /** {@code nodes} in words, the leader named as such. */
    static String named(List<String> nodes, Optional<String> leader) {
        return String.join(
                ", ",
                nodes.stream()
                        .map(node -> leader.equals(Optional.of(node)) ? node + " (the leader)" : node)
                        .toList());
    }
}
