package org.uitto.testkit;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The tasks that could run now, each with the incarnation it runs for; any of them can be taken out in constant time. */
final class RunQueue {
    private @Nullable Runnable[] tasks = new @Nullable Runnable[64];
    private @Nullable Incarnation[] owners = new @Nullable Incarnation[64];
    private int size;

    int size() {
        return size;
    }

    void add(Runnable task, @Nullable Incarnation owner) {
        if (size == tasks.length) {
            tasks = Arrays.copyOf(tasks, size * 2);
            owners = Arrays.copyOf(owners, size * 2);
        }
        tasks[size] = task;
        owners[size] = owner;
        size++;
    }

    Runnable task(int index) {
        Runnable task = tasks[index];
        if (task == null || index >= size) {
            throw new IndexOutOfBoundsException(index);
        }
        return task;
    }

    @Nullable
    Incarnation owner(int index) {
        return owners[index];
    }

    /** Takes the task at {@code index} out and puts the last in its place. */
    void remove(int index) {
        size--;
        tasks[index] = tasks[size];
        owners[index] = owners[size];
        tasks[size] = null;
        owners[size] = null;
    }
}
