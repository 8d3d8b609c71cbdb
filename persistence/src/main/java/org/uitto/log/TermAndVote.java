package org.uitto.log;

import java.util.Optional;

/**
 * The two scalars that must survive a crash: currentTerm and votedFor (paper Figure 2).
 *
 * @param term the latest term this node has seen; never decreases
 * @param votedFor the candidate that received this node's vote in {@code term}; changes at most once in a term, from
 *     empty to a node
 */
public record TermAndVote(long term, Optional<NodeId> votedFor) {
    /** What a node knows before it has heard of any term. */
    public static final TermAndVote INITIAL = new TermAndVote(0, Optional.empty());

    public TermAndVote {
        if (term < 0) {
            throw new IllegalArgumentException("A term is not negative: " + term);
        }
    }

    /** This term, or {@code newTerm} without a vote if that is later. The vote of an equal term is kept. */
    public TermAndVote atLeast(long newTerm) {
        return newTerm > term ? new TermAndVote(newTerm, Optional.empty()) : this;
    }

    /** Whether the vote of this term is still free or was already given to {@code candidate}. */
    public boolean mayVoteFor(NodeId candidate) {
        return votedFor.map(candidate::equals).orElse(true);
    }

    /** The same term with the vote given to {@code candidate}. */
    public TermAndVote votingFor(NodeId candidate) {
        if (!mayVoteFor(candidate)) {
            throw new IllegalStateException("Term " + term + ": the vote went to " + votedFor + ", not " + candidate);
        }
        return new TermAndVote(term, Optional.of(candidate));
    }
}
