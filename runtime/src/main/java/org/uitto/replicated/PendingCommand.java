package org.uitto.replicated;

/** A command that has no answer yet, as its proxy keeps it. Not thread-safe. */
final class PendingCommand {
    /** Of a command that was not sent yet. */
    private static final long NO_NUMBER = 0;

    private final Object command;
    private final Asker asker;
    private final long acceptedAtNanos;

    private long number = NO_NUMBER;
    private long session;
    private long term;
    private int sendings;
    private int doubts;

    /**
     * A command that was not sent yet.
     *
     * @param asker who waits for what becomes of it
     * @param acceptedAtNanos when the proxy took it, on its monotonic clock
     */
    PendingCommand(Object command, Asker asker, long acceptedAtNanos) {
        this.command = command;
        this.asker = asker;
        this.acceptedAtNanos = acceptedAtNanos;
    }

    boolean hasNumber() {
        return number != NO_NUMBER;
    }

    /** The how manieth of the proxy's commands that was sent it is, counted from 1. */
    long number() {
        return number;
    }

    void number(long newNumber) {
        number = newNumber;
    }

    /** Whether {@code next} can follow it in one message. */
    boolean isFollowedBy(PendingCommand next) {
        return hasNumber() ? next.number == number + 1 : !next.hasNumber();
    }

    Object command() {
        return command;
    }

    Asker asker() {
        return asker;
    }

    long acceptedAtNanos() {
        return acceptedAtNanos;
    }

    /** It is sent in {@code newSession}, to the leader of {@code newTerm}. */
    void sent(long newSession, long newTerm) {
        session = newSession;
        term = newTerm;
        sendings++;
        doubts++;
    }

    /** Where it was sent last was said that it was not handled. */
    void notHandled() {
        doubts--;
    }

    /** Whether a leader may have handled it, so that it may have taken effect or may yet. */
    boolean isInDoubt() {
        return doubts > 0;
    }

    /** The session in which it was sent last. */
    long session() {
        return session;
    }

    /** The term of the leader to which it was sent last. */
    long term() {
        return term;
    }

    /** How often it was sent. */
    int sendings() {
        return sendings;
    }
}
