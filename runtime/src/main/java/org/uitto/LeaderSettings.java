package org.uitto;

import java.time.Duration;

/**
 * Which nodes should lead.
 *
 * @param spread whether groups without a preferred node are spread over their voters
 * @param checkInterval how often a node looks whether a group that it leads is better led elsewhere
 * @param settleAfter how long the better node must have been able to lead, without a break
 */
record LeaderSettings(boolean spread, Duration checkInterval, Duration settleAfter) {}
