package org.uitto.samples.journalbench;

import java.time.Duration;

/** The processor time of this process, user and system. */
final class CpuClock {
    private CpuClock() {}

    /** What all threads have taken so far. */
    static Duration now() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }
}
