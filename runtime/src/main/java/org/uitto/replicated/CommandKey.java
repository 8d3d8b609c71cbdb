package org.uitto.replicated;

/**
 * Names a command for ever.
 *
 * @param session the session of the proxy that sent it
 * @param number the proxy's number of it
 */
record CommandKey(long session, long number) {}
