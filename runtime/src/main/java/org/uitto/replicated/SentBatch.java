package org.uitto.replicated;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.uitto.replicated.ProxyInput.Answer;

/** Commands with consecutive numbers that were sent together and are not all answered. Not thread-safe. */
final class SentBatch {
    private final long attempt;
    private final long term;
    private final long sentAtNanos;
    private final long firstNumber;
    private final int sendings;
    private final long oldestAcceptedAtNanos;
    private final @Nullable PendingCommand[] commands; // None where one is answered.
    private int unanswered;
    private int firstUnanswered;

    /**
     * Commands that were sent.
     *
     * @param attempt the proxy's number of the message
     * @param term of the leader to which it went
     * @param sentAtNanos when, on the proxy's monotonic clock
     * @param commands at least one
     */
    SentBatch(long attempt, long term, long sentAtNanos, List<PendingCommand> commands) {
        this.attempt = attempt;
        this.term = term;
        this.sentAtNanos = sentAtNanos;
        this.firstNumber = commands.get(0).number();
        this.commands = commands.toArray(new PendingCommand[0]);
        this.unanswered = commands.size();
        int mostSendings = 0;
        long oldestAgeNanos = 0;
        for (PendingCommand command : commands) {
            mostSendings = Math.max(mostSendings, command.sendings());
            oldestAgeNanos = Math.max(oldestAgeNanos, sentAtNanos - command.acceptedAtNanos());
        }
        this.sendings = mostSendings;
        this.oldestAcceptedAtNanos = sentAtNanos - oldestAgeNanos;
    }

    long attempt() {
        return attempt;
    }

    long term() {
        return term;
    }

    long sentAtNanos() {
        return sentAtNanos;
    }

    /** How often the command that was sent most often was sent. */
    int sendings() {
        return sendings;
    }

    boolean isAnswered() {
        return unanswered == 0;
    }

    /** The lowest number without an answer; there is one. */
    long firstUnanswered() {
        while (commands[firstUnanswered] == null) {
            firstUnanswered++;
        }
        return firstNumber + firstUnanswered;
    }

    /** The command that {@code answer} is for, if it is of this message and was not answered before. */
    Optional<PendingCommand> take(Answer answer) {
        long at = answer.number() - firstNumber;
        boolean isOurs = at >= 0
                && at < commands.length
                && (answer.attempt() == attempt || answer.attempt() == Answer.ANY_ATTEMPT);
        return isOurs ? take((int) at) : Optional.empty();
    }

    private Optional<PendingCommand> take(int at) {
        PendingCommand command = commands[at];
        if (command == null) {
            return Optional.empty();
        }
        commands[at] = null;
        unanswered--;
        return Optional.of(command);
    }

    /** All that were not answered before and that the proxy took at least {@code ageNanos} before now. */
    List<PendingCommand> takeOlderThan(long ageNanos, long nowNanos) {
        return nowNanos - oldestAcceptedAtNanos < ageNanos
                ? List.of()
                : takeIf(command -> nowNanos - command.acceptedAtNanos() >= ageNanos);
    }

    private List<PendingCommand> takeIf(Predicate<PendingCommand> chosen) {
        List<PendingCommand> taken = new ArrayList<>();
        for (int at = 0; at < commands.length; at++) {
            PendingCommand command = commands[at];
            if (command != null && chosen.test(command)) {
                take(at).ifPresent(taken::add);
            }
        }
        return taken;
    }

    /** All that were not answered before. */
    List<PendingCommand> takeRest() {
        return takeIf(command -> true);
    }
}
