package org.uitto.log;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Who takes part in a group (paper §6), where, and on which storage. An entry of the log: each node goes by the newest in its
 * own, committed or not.
 *
 * <p>A change of the voters goes through up to three configurations: one that says who the voters are to be, while those who
 * are new learn the log ({@link #target()}); the joint one, in which both majorities decide ({@link #outgoing()}); and the one
 * without those who leave. Members that are no voters are learners: they get the log and decide nothing.
 *
 * @param voters the nodes whose majority decides, in the order of their ids; none only on a node that has yet to hear from
 *     its group
 * @param outgoing the voters of before, whose majority must agree as well while the configuration is joint; empty otherwise
 * @param target the voters to be, once all of them have caught up; empty while no change is under way
 * @param members everybody who gets the log, all of the above among them
 */
public record Configuration(
        SortedSet<NodeId> voters,
        SortedSet<NodeId> outgoing,
        SortedSet<NodeId> target,
        SortedMap<NodeId, Member> members) {
    /** Of a node that has yet to hear from its group. */
    public static final Configuration UNKNOWN =
            new Configuration(new TreeSet<>(), new TreeSet<>(), new TreeSet<>(), new TreeMap<>());

    private static final int LAYOUT = 2;
    private static final long UNKNOWN_STORAGE = 0;
    private static final int VOTER = 1;
    private static final int OUTGOING = 2;
    private static final int TARGET = 4;
    private static final int ALL_ROLES = VOTER | OUTGOING | TARGET;

    public Configuration {
        if (voters.isEmpty() && !members.isEmpty()) {
            throw new IllegalArgumentException("A group needs at least one voter");
        }
        for (Set<NodeId> part : Arrays.asList(voters, outgoing, target)) {
            if (!members.keySet().containsAll(part)) {
                throw new IllegalArgumentException(part + " are not all among the members " + members.keySet());
            }
        }
        if (!outgoing.isEmpty() && !target.isEmpty()) {
            throw new IllegalArgumentException(
                    "The change to " + target + " can't begin before that from " + outgoing + " has ended");
        }
        voters = Collections.unmodifiableSortedSet(new TreeSet<>(voters));
        outgoing = Collections.unmodifiableSortedSet(new TreeSet<>(outgoing));
        target = Collections.unmodifiableSortedSet(new TreeSet<>(target));
        members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
    }

    /**
     * A configuration of these voters, wherever they are and have their data.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static Configuration of(Collection<NodeId> voters) {
        return of(voters.stream().collect(Collectors.toMap(voter -> voter, voter -> Member.UNKNOWN)));
    }

    /**
     * A configuration in which all {@code members} are voters.
     *
     * @throws IllegalArgumentException if there are none
     */
    public static Configuration of(Map<NodeId, Member> members) {
        if (members.isEmpty()) {
            throw new IllegalArgumentException("A group needs at least one voter");
        }
        return new Configuration(
                new TreeSet<>(members.keySet()), new TreeSet<>(), new TreeSet<>(), new TreeMap<>(members));
    }

    /** The same, with {@code node}, which is a member, on {@code storage} and nowhere else. */
    public Configuration with(NodeId node, StorageId storage) {
        SortedMap<NodeId, Member> changed = new TreeMap<>(members);
        changed.put(node, member(node).on(storage));
        return new Configuration(voters, outgoing, target, changed);
    }

    /**
     * The same, with {@code more} as further members that decide nothing. Those who are members already are reached where it
     * says from now on.
     */
    public Configuration withLearners(Map<NodeId, Member> more) {
        SortedMap<NodeId, Member> changed = new TreeMap<>(members);
        more.forEach((node, member) -> changed.merge(
                node, member, (known, news) -> new Member(news.contact().or(known::contact), known.storage())));
        return new Configuration(voters, outgoing, target, changed);
    }

    /** The same without {@code nodes}, which are no voters. */
    public Configuration withoutLearners(Set<NodeId> nodes) {
        SortedMap<NodeId, Member> rest = new TreeMap<>(members);
        rest.keySet().removeAll(nodes);
        return new Configuration(voters, outgoing, target, rest);
    }

    /** The same, on the way to {@code newVoters}, who are members: they learn what they lack first. */
    public Configuration towards(Set<NodeId> newVoters) {
        return new Configuration(voters, outgoing, new TreeSet<>(newVoters), members);
    }

    /** The joint configuration of these voters and {@code newVoters}, who are members (paper §6). */
    public Configuration jointWith(Set<NodeId> newVoters) {
        return new Configuration(new TreeSet<>(newVoters), voters, new TreeSet<>(), members);
    }

    /** What follows a joint configuration: the new voters decide alone, and those who were voters only before are gone. */
    public Configuration afterJoint() {
        SortedSet<NodeId> leaving = new TreeSet<>(outgoing);
        leaving.removeAll(voters);
        SortedMap<NodeId, Member> rest = new TreeMap<>(members);
        rest.keySet().removeAll(leaving);
        return new Configuration(voters, new TreeSet<>(), target, rest);
    }

    /** Whether two majorities decide: between the old voters and the new. */
    public boolean isJoint() {
        return !outgoing.isEmpty();
    }

    /** Whether {@code node}'s vote is asked for: as one of the voters, or of the outgoing. */
    public boolean isVoter(NodeId node) {
        return voters.contains(node) || outgoing.contains(node);
    }

    /** Whether {@code node} gets the log. */
    public boolean isMember(NodeId node) {
        return members.containsKey(node);
    }

    /** The members that decide nothing. */
    public SortedSet<NodeId> learners() {
        return members.keySet().stream().filter(node -> !isVoter(node)).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The storage of {@code node} that counts; empty if none is known, and then any may. */
    public Optional<StorageId> storageOf(NodeId node) {
        return member(node).storage();
    }

    /** Where {@code node} is reached, if this says so. */
    public Optional<String> contactOf(NodeId node) {
        return member(node).contact();
    }

    private Member member(NodeId node) {
        return members.getOrDefault(node, Member.UNKNOWN);
    }

    /** Whether {@code nodes} hold a majority of the voters, and of the outgoing if there are any; nobody else counts. */
    public boolean isQuorum(Set<NodeId> nodes) {
        return isMajority(voters, nodes) && (outgoing.isEmpty() || isMajority(outgoing, nodes));
    }

    /** Whether {@code nodes} hold more than half of {@code all}. */
    public static boolean isMajority(Set<NodeId> all, Set<NodeId> nodes) {
        long held = all.stream().filter(nodes::contains).count();
        return held > all.size() / 2;
    }

    /**
     * The largest value that a majority of the voters, and of the outgoing if there are any, has reached, going by {@code
     * reached}; 0 without voters.
     */
    public long reachedByQuorum(ToLongFunction<NodeId> reached) {
        long byVoters = reachedByMajority(voters, reached);
        return outgoing.isEmpty() ? byVoters : Math.min(byVoters, reachedByMajority(outgoing, reached));
    }

    private static long reachedByMajority(Set<NodeId> all, ToLongFunction<NodeId> reached) {
        long[] values = all.stream().mapToLong(reached).toArray();
        Arrays.sort(values);
        return values.length == 0 ? 0 : values[(values.length - 1) / 2];
    }

    /** The members other than {@code self}, in order. */
    public SortedSet<NodeId> peersOf(NodeId self) {
        SortedSet<NodeId> peers = new TreeSet<>(members.keySet());
        peers.remove(self);
        return peers;
    }

    /** The voters, in words for an operator. */
    @Override
    public String toString() {
        String decide = isJoint() ? outgoing + " and " + voters : voters.toString();
        String learn = learners().isEmpty() ? "" : ", learners " + learners();
        return decide + learn + (target.isEmpty() ? "" : ", on the way to " + target);
    }

    /**
     * The body of the log entry: layout (1 byte), how many members (2), of each its id (how many bytes in 1, then ASCII), in
     * which of the three sets it is (1 byte: 1 voters, 2 outgoing, 4 target, added up), its contact (how many bytes in 2, 0 if
     * unknown, then ASCII) and its storage (8, 0 if unknown).
     */
    public byte[] toBytes() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream output = new DataOutputStream(bytes)) {
            output.writeByte(LAYOUT);
            output.writeShort(members.size());
            for (Map.Entry<NodeId, Member> entry : members.entrySet()) {
                NodeId node = entry.getKey();
                Member member = entry.getValue();
                byte[] id = node.value().getBytes(StandardCharsets.US_ASCII);
                output.writeByte(id.length);
                output.write(id);
                output.writeByte((voters.contains(node) ? VOTER : 0)
                        | (outgoing.contains(node) ? OUTGOING : 0)
                        | (target.contains(node) ? TARGET : 0));
                byte[] contact = member.contact().orElse("").getBytes(StandardCharsets.US_ASCII);
                output.writeShort(contact.length);
                output.write(contact);
                output.writeLong(member.storage().map(StorageId::value).orElse(UNKNOWN_STORAGE));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("An array can't fail", e);
        }
        return bytes.toByteArray();
    }

    /**
     * What {@link #toBytes()} made.
     *
     * @throws IllegalArgumentException if the bytes are no configuration that this version knows
     */
    public static Configuration ofBytes(byte[] bytes) {
        try (DataInputStream input = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte layout = input.readByte();
            if (layout != LAYOUT) {
                throw new IllegalArgumentException("Unknown layout " + layout
                        + " of a configuration. It was written by another version of Uitto: update this node.");
            }
            Configuration read = ofMembers(input);
            if (input.read() >= 0) {
                throw new IllegalArgumentException("More bytes than a configuration of " + read + " has");
            }
            return read;
        } catch (IOException e) {
            throw new IllegalArgumentException("Too few bytes for a configuration", e);
        }
    }

    private static Configuration ofMembers(DataInputStream input) throws IOException {
        SortedSet<NodeId> voters = new TreeSet<>();
        SortedSet<NodeId> outgoing = new TreeSet<>();
        SortedSet<NodeId> target = new TreeSet<>();
        SortedMap<NodeId, Member> members = new TreeMap<>();
        for (int left = input.readUnsignedShort(); left > 0; left--) {
            NodeId node = new NodeId(text(input, input.readUnsignedByte()));
            int roles = input.readUnsignedByte();
            String contact = text(input, input.readUnsignedShort());
            long storage = input.readLong();
            if ((roles & ~ALL_ROLES) != 0) {
                throw new IllegalArgumentException("Unknown roles " + roles + " of member " + node);
            }
            members.put(
                    node,
                    new Member(
                            Optional.of(contact).filter(text -> !text.isEmpty()),
                            Optional.of(storage)
                                    .filter(id -> id != UNKNOWN_STORAGE)
                                    .map(StorageId::new)));
            addIf((roles & VOTER) != 0, voters, node);
            addIf((roles & OUTGOING) != 0, outgoing, node);
            addIf((roles & TARGET) != 0, target, node);
        }
        return new Configuration(voters, outgoing, target, members);
    }

    private static void addIf(boolean belongs, Set<NodeId> set, NodeId node) {
        if (belongs) {
            set.add(node);
        }
    }

    private static String text(DataInputStream input, int lengthBytes) throws IOException {
        byte[] bytes = new byte[lengthBytes];
        input.readFully(bytes);
        return new String(bytes, StandardCharsets.US_ASCII);
    }
}
