package org.uitto.samples.nemesis;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;

/** Which links between nodes are cut, decided before anybody knows who leads. Clients reach every node all the same. */
public sealed interface Topology {
    /** Packets of {@code from} don't reach {@code to}. */
    record Link(String from, String to) {}

    /**
     * What is cut.
     *
     * @param nodes those who are cut off
     */
    record Links(Set<Link> cut, List<String> nodes, String description) {
        public Links {
            cut = Set.copyOf(cut);
            nodes = List.copyOf(nodes);
        }
    }

    /** What is cut if {@code leader} leads {@code nodes}. */
    Links of(List<String> nodes, Optional<String> leader);

    /** {@code victims} on one side, all others on the other. */
    record Halves(Victims victims) implements Topology {
        @Override
        public Links of(List<String> nodes, Optional<String> leader) {
            List<String> side = victims.among(nodes, leader);
            List<String> others =
                    nodes.stream().filter(node -> !side.contains(node)).toList();
            Set<Link> cut = both(side, others);
            return new Links(cut, side, Fault.named(side, leader) + " cut off from " + Fault.named(others, leader));
        }
    }

    /** Two sides that only one node, the bridge, reaches both of (scenario B11 of partial partitions). */
    record Bridge(long draw) implements Topology {
        @Override
        public Links of(List<String> nodes, Optional<String> leader) {
            List<String> shuffled = new ArrayList<>(nodes);
            Collections.shuffle(shuffled, new Random(draw));
            int half = nodes.size() / 2;
            List<String> left = shuffled.subList(1, 1 + half);
            List<String> right = shuffled.subList(1 + half, nodes.size());
            return new Links(
                    both(left, right),
                    shuffled.subList(1, nodes.size()),
                    Fault.named(left, leader) + " and " + Fault.named(right, leader)
                            + " reach each other no more, but both " + Fault.named(shuffled.subList(0, 1), leader));
        }
    }

    /** What {@code victims} send is lost, or else what is sent to them. */
    record OneWay(Victims victims, boolean outgoing) implements Topology {
        @Override
        public Links of(List<String> nodes, Optional<String> leader) {
            List<String> side = victims.among(nodes, leader);
            Set<Link> cut = new LinkedHashSet<>();
            for (Link link : both(side, nodes)) {
                boolean leaves = side.contains(link.from());
                if (leaves == outgoing && !(side.contains(link.from()) && side.contains(link.to()))) {
                    cut.add(link);
                }
            }
            String who = Fault.named(side, leader);
            String what = outgoing ? "what " + who + " sends to other nodes" : "what other nodes send to " + who;
            return new Links(cut, side, what + " is lost");
        }
    }

    /** All links between the two sides, both ways. */
    private static Set<Link> both(List<String> side, List<String> other) {
        Set<Link> links = new LinkedHashSet<>();
        for (String one : side) {
            for (String two : other) {
                if (!one.equals(two)) {
                    links.add(new Link(one, two));
                    links.add(new Link(two, one));
                }
            }
        }
        return links;
    }
}
