package org.uitto.samples.chat;

/** What goes out to a browser's connection. */
sealed interface Outgoing {
    /** A message, as JSON. */
    record Say(String json) implements Outgoing {}

    /** The connection ends in good order: close code 1000, after what was said before. */
    record End() implements Outgoing {}

    /** The connection ends because the browser takes nothing: close code 1011. */
    record Abandon(String reason) implements Outgoing {}
}
