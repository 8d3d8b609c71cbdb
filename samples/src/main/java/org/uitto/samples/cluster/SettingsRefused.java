package org.uitto.samples.cluster;

/** A process can't run with what an operator has given it. The message is for the operator, and all there is to say. */
public final class SettingsRefused extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param message where it is wrong, what is, and what would be right */
    public SettingsRefused(String message) {
        super(message);
    }
}
