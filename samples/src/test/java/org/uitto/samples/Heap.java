package org.uitto.samples;

/** What of this process's memory is in use. */
public final class Heap {
    private Heap() {}

    /** Bytes that stay after a collection. */
    @SuppressWarnings("SystemGc") // To see what stays.
    public static long usedBytes() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
