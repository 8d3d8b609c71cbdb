package org.uitto.replicated;

/** A command that is to change nothing, as one's own proxy is told it; never travels. */
public record Read(Consistency consistency, Object command) {}
