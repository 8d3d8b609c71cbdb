package org.uitto.replicated;

import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.uitto.kryo.KryoLimits;
import org.uitto.log.Configuration;
import org.uitto.log.Member;
import org.uitto.log.MembershipChange;
import org.uitto.log.NodeId;
import org.uitto.log.StorageId;
import org.uitto.log.store.LogLayout;
import org.uitto.replicated.MembershipOutcome.Result;

/** How a change of members and what became of it stand in bytes: the components in their order. */
final class MembershipLayout {
    private static final int SMALLEST_MEMBER_BYTES = 3;

    private MembershipLayout() {}

    /** Voters, learners, removed (how many each), forced. */
    static void writeChange(Output output, KryoLimits limits, MembershipChange change) {
        writeMembers(output, limits, change.voters());
        writeMembers(output, limits, change.learners());
        limits.writeCount(output, change.removed().size());
        change.removed().forEach(node -> LogLayout.writeNode(output, node));
        output.writeBoolean(change.forced());
    }

    static MembershipChange readChange(Input input, KryoLimits limits) {
        SortedMap<NodeId, Member> voters = readMembers(input, limits);
        SortedMap<NodeId, Member> learners = readMembers(input, limits);
        TreeSet<NodeId> removed = new TreeSet<>();
        for (int left = limits.readCount(input, 1); left > 0; left--) {
            removed.add(LogLayout.readNode(input));
        }
        return new MembershipChange(voters, learners, removed, input.readBoolean());
    }

    private static void writeMembers(Output output, KryoLimits limits, Map<NodeId, Member> members) {
        limits.writeCount(output, members.size());
        members.forEach((node, member) -> {
            LogLayout.writeNode(output, node);
            StatusLayout.writeOptional(output, member.contact());
            output.writeBoolean(member.storage().isPresent());
            member.storage().ifPresent(storage -> LogLayout.writeStorage(output, storage));
        });
    }

    private static SortedMap<NodeId, Member> readMembers(Input input, KryoLimits limits) {
        SortedMap<NodeId, Member> members = new TreeMap<>();
        for (int left = limits.readCount(input, SMALLEST_MEMBER_BYTES); left > 0; left--) {
            NodeId node = LogLayout.readNode(input);
            Optional<String> contact = StatusLayout.readOptional(input);
            Optional<StorageId> storage =
                    input.readBoolean() ? Optional.of(LogLayout.readStorage(input)) : Optional.empty();
            members.put(node, LogLayout.valid(() -> new Member(contact, storage)));
        }
        return members;
    }

    /** Result, whether there is a configuration, its bytes (how many, then they), reason. */
    static void writeOutcome(Output output, MembershipOutcome outcome) {
        output.writeString(outcome.result().name());
        output.writeBoolean(outcome.configuration().isPresent());
        outcome.configuration().ifPresent(configuration -> {
            byte[] bytes = configuration.toBytes();
            output.writeVarInt(bytes.length, true);
            output.writeBytes(bytes);
        });
        output.writeString(outcome.reason());
    }

    static MembershipOutcome readOutcome(Input input, KryoLimits limits) {
        Result result = LogLayout.valid(() -> Result.valueOf(LogLayout.text(input)));
        Optional<Configuration> configuration = Optional.empty();
        if (input.readBoolean()) {
            byte[] bytes = input.readBytes(limits.readCount(input, 1));
            configuration = Optional.of(LogLayout.valid(() -> Configuration.ofBytes(bytes)));
        }
        return new MembershipOutcome(result, configuration, LogLayout.text(input));
    }

    /** How many, then each. */
    static void writeTexts(Output output, KryoLimits limits, Collection<String> texts) {
        limits.writeCount(output, texts.size());
        texts.forEach(output::writeString);
    }

    static List<String> readTexts(Input input, KryoLimits limits) {
        int count = limits.readCount(input, 1);
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(LogLayout.text(input));
        }
        return texts;
    }
}
