package org.uitto.testkit;

/** A fault that the world made on purpose, such as a failed write. It doesn't count as a failure of the run. */
public final class SimulatedFault extends RuntimeException {
    private static final long serialVersionUID = 1L;

    SimulatedFault(String message) {
        super(message);
    }
}
