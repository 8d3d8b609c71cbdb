package org.uitto.testkit;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * One line of a protocol trace in the format of etcd-io/raft's trace validation.
 *
 * @param name what happened, such as {@code BecomeCandidate}
 * @param node whose state this is, by number
 * @param state its state: before what happened for {@code Receive...} and {@code Replicate}, else after it
 * @param voters the numbers of all members
 * @param message the message that was sent or received, if it is about one
 */
record TraceEvent(String name, String node, State state, List<String> voters, Optional<TraceMessage> message) {
    /** The roles that the format knows. Whoever asks for pre-votes is still a follower. */
    enum Role {
        FOLLOWER("StateFollower"),
        CANDIDATE("StateCandidate"),
        LEADER("StateLeader");

        private final String text;

        Role(String text) {
            this.text = text;
        }

        String text() {
            return text;
        }
    }

    /**
     * What is told of a node.
     *
     * @param vote the number of the node that it has voted for in {@code term}; "0" for none
     * @param commit its commit index
     * @param log the index of its last entry
     */
    record State(long term, String vote, long commit, Role role, long log) {
        /** No vote. */
        static final String NOBODY = "0";

        State withLog(long lastIndex) {
            return new State(term, vote, commit, role, lastIndex);
        }

        State withCommit(long index) {
            return new State(term, vote, index, role, log);
        }

        State withVote(String node) {
            return new State(term, node, commit, role, log);
        }

        State as(Role next) {
            return new State(term, vote, commit, next, log);
        }
    }

    /** The line, without its end. */
    String json(long number) {
        String members = voters.stream().map(each -> "\"" + each + "\"").collect(Collectors.joining(","));
        return "{\"tag\":\"trace\",\"ts\":" + number + ",\"event\":{\"name\":\"" + name + "\",\"nid\":\"" + node
                + "\",\"state\":{\"term\":" + state.term() + ",\"vote\":\"" + state.vote() + "\",\"commit\":"
                + state.commit() + "},\"role\":\"" + state.role().text() + "\",\"log\":" + state.log()
                + ",\"conf\":[[" + members + "],[]]"
                + message.map(sent -> ",\"msg\":" + sent.json()).orElse("") + "}}";
    }
}
