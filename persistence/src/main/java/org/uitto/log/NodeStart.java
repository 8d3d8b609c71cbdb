package org.uitto.log;

/**
 * Names one start of a node on its data of one group, so that what it says can be told from what earlier starts said, and
 * from what a disk that was set back says.
 *
 * @param storage the data that it started on
 * @param incarnation counts the starts on that data, from 1
 * @param nonce drawn at random: a disk that was set back counts the same start again, and draws another
 */
public record NodeStart(StorageId storage, long incarnation, int nonce) {
    public NodeStart {
        if (incarnation < 1) {
            throw new IllegalArgumentException("The first incarnation is 1, not " + incarnation);
        }
    }

    /** Whether both are of the same data, and this one is the later. */
    public boolean isLaterThan(NodeStart other) {
        return storage.equals(other.storage) && incarnation > other.incarnation;
    }

    /** Whether data of which {@code other} was the last start has once had this one, and has forgotten it. */
    public boolean isForgottenBy(NodeStart other) {
        return storage.equals(other.storage) && !equals(other) && incarnation >= other.incarnation;
    }
}
