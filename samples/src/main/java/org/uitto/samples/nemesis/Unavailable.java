package org.uitto.samples.nemesis;

/** This machine can't do what a fault takes. The message says what is missing, and what would help. */
final class Unavailable extends Exception {
    private static final long serialVersionUID = 1;

    Unavailable(String message) {
        super(message);
    }
}
