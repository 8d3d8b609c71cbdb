package org.uitto.samples.chat;

import java.util.Optional;

/** What people may write: bounded, and free of what is no text. */
final class ChatText {
    private ChatText() {}

    /** What is wrong with {@code text}, in words for whoever wrote it; empty if nothing is. */
    static Optional<String> problem(String what, String text, int maxLength) {
        if (text.isBlank()) {
            return Optional.of("The " + what + " is empty.");
        } else if (text.length() > maxLength) {
            return Optional.of("The " + what + " has " + text.length() + " characters; " + maxLength + " are allowed.");
        } else if (text.chars().anyMatch(character -> Character.isISOControl(character) && character != '\n')) {
            return Optional.of("The " + what + " holds control characters.");
        }
        return Optional.empty();
    }

    /** @throws IllegalArgumentException if {@link #problem} finds one */
    static void check(String what, String text, int maxLength) {
        problem(what, text, maxLength).ifPresent(problem -> {
            throw new IllegalArgumentException(problem);
        });
    }
}
