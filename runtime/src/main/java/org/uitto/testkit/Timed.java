package org.uitto.testkit;

/** Something that a world will do at a virtual time, unless it is cancelled before. */
public interface Timed {
    /** Takes it back. True if it had neither happened nor been cancelled before. */
    boolean cancel();

    /** True if it was cancelled. */
    boolean isCancelled();
}
