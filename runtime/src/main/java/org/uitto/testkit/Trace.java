package org.uitto.testkit;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * What happened in a run, folded into 64 bits that depend on every item and on their order. Two runs with one hash did,
 * but for a chance in 2^64, the same. The world adds every choice it makes; users add what matters to them.
 */
public final class Trace {
    private final Deque<String> last = new ArrayDeque<>();
    private long hash = 0x6A09E667F3BCC909L;
    private long count;
    private int keptCount;

    Trace() {}

    /** Adds a number. */
    public void add(long value) {
        fold(value);
    }

    /** Adds a text. */
    public void add(String text) {
        foldText(text);
        if (keptCount > 0) {
            keep(text);
        }
    }

    /** Adds a text and a number. */
    public void add(String text, long value) {
        foldText(text);
        fold(value);
        if (keptCount > 0) {
            keep(text + " " + value);
        }
    }

    /** Keeps the last {@code count} texts from now on, to be shown with a failure; 0, the default, keeps none. */
    public void keepLast(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("Cannot keep " + count + " texts");
        }
        keptCount = count;
        while (last.size() > count) {
            last.removeFirst();
        }
    }

    /** The texts kept, oldest first. */
    public List<String> last() {
        return List.copyOf(last);
    }

    /** The hash of everything added so far, in order. */
    public long hash() {
        return hash;
    }

    /** How many items were added so far, the world's own included. */
    public long count() {
        return count;
    }

    private void keep(String text) {
        if (last.size() == keptCount) {
            last.removeFirst();
        }
        last.addLast(text);
    }

    private void foldText(String text) {
        fold(((long) text.length() << 32) ^ text.hashCode());
    }

    private void fold(long value) {
        long mixed = (hash ^ value) * 0x9E3779B97F4A7C15L;
        hash = mixed ^ (mixed >>> 32);
        count++;
    }
}
