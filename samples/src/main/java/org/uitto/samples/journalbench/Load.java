package org.uitto.samples.journalbench;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/** A journal that can be written to for a while, again and again. */
interface Load {
    /** Lets all writers write for about {@code duration}. */
    Measurement run(Duration duration) throws IOException, InterruptedException, TimeoutException;

    /** Closes the journal. */
    void stop() throws IOException, InterruptedException, TimeoutException;
}
