package org.uitto.testkit;

import java.util.List;
import java.util.function.Supplier;
import scala.concurrent.Future;
import scala.concurrent.Promise;
import scala.concurrent.Promise$;

/**
 * Something a journal wants of a disk: effects that are durable one by one, in order, and then an answer.
 *
 * @param <T> the answer
 */
final class DiskRequest<T> {
    private final List<Runnable> effects;
    private final Supplier<T> answer;
    private final Promise<T> promise = Promise$.MODULE$.apply();

    private DiskRequest(List<Runnable> effects, Supplier<T> answer) {
        this.effects = effects;
        this.answer = answer;
    }

    /** A request that changes what is stored; {@code effects} is not empty. */
    static <T> DiskRequest<T> toWrite(List<Runnable> effects, Supplier<T> answer) {
        return new DiskRequest<>(List.copyOf(effects), answer);
    }

    /** A request that sees every write that was asked for before it. */
    static <T> DiskRequest<T> toRead(Supplier<T> answer) {
        return new DiskRequest<>(List.of(), answer);
    }

    List<Runnable> effects() {
        return effects;
    }

    boolean isWrite() {
        return !effects.isEmpty();
    }

    Future<T> future() {
        return promise.future();
    }

    void serve() {
        effects.forEach(Runnable::run);
        try {
            promise.success(answer.get());
        } catch (RuntimeException e) {
            promise.failure(e);
        }
    }

    void refuse(Throwable cause) {
        promise.failure(cause);
    }
}
