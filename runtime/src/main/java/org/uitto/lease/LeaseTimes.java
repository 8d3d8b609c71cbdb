package org.uitto.lease;

import com.typesafe.config.Config;
import java.time.Duration;
import org.apache.pekko.ConfigurationException;
import org.apache.pekko.coordination.lease.TimeoutSettings;

/**
 * How long what of a lease takes.
 *
 * @param renewEvery how often its owner renews it
 * @param timeout how long after the last renewal nobody else gets it
 * @param validity how long after it has sent its last renewal that was answered the owner relies on it; shorter than {@code
 *     timeout}, by what the application has for stopping and by what clocks may differ in their speed
 * @param patience how long an acquisition or a release may take
 */
record LeaseTimes(Duration renewEvery, Duration timeout, Duration validity, Duration patience) {
    /**
     * The times in a lease's configuration.
     *
     * @param path of {@code stop-margin}, for the operator
     * @throws ConfigurationException if they don't go together
     */
    static LeaseTimes of(TimeoutSettings settings, Config config, String path) {
        Duration margin = config.getDuration("stop-margin");
        Duration timeout = settings.getHeartbeatTimeout();
        Duration every = settings.getHeartbeatInterval();
        Duration validity = timeout.minus(margin);
        if (margin.compareTo(timeout.dividedBy(10)) < 0) {
            throw wrong(
                    config,
                    path,
                    margin,
                    "is less than a tenth of heartbeat-timeout (" + timeout
                            + "), so that clocks which run at slightly different speeds could make two owners of one. Set it to at"
                            + " least " + timeout.dividedBy(10) + ".");
        } else if (validity.compareTo(every.multipliedBy(2)) < 0) {
            throw wrong(
                    config,
                    path,
                    margin,
                    "leaves " + validity + " of heartbeat-timeout (" + timeout
                            + "), less than two heartbeat-intervals (" + every
                            + "): one renewal that is late would cost the lease. Set a longer heartbeat-timeout or a shorter"
                            + " heartbeat-interval.");
        }
        return new LeaseTimes(every, timeout, validity, settings.getOperationTimeout());
    }

    private static ConfigurationException wrong(Config config, String path, Duration margin, String problem) {
        return new ConfigurationException(
                path + " (" + config.getValue("stop-margin").origin().description() + "): " + margin + " " + problem);
    }
}
