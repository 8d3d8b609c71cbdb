package org.uitto.samples.nemesis;

/** What is asked of the nodes themselves, over the network, as an operator would. */
public interface Operator {
    /** Whether {@code node} takes part in consensus, as far as anybody knows. */
    boolean takesPart(String node);

    /** Has {@code node} leave all groups, and waits for that, for a while. */
    void leave(String node) throws InterruptedException;

    /** Has {@code node} join all groups again, and waits for that, for a while. */
    void join(String node) throws InterruptedException;
}
