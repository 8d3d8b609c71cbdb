package org.uitto.samples.journalbench;

/** How events come to the journal. Whatever the shape, as many are under way as there are writers. */
enum Shape {
    /** The engine of the embedded journal alone: a group is one event of each writer, as in the bare loop. */
    ENGINE,
    /** Each writer is a persistent actor that persists one event at a time: as many requests as events. */
    PERSIST,
    /** A few persistent actors share the writers and use {@code persistAsync}: what gathers is one request. */
    PIPELINE,
    /** A few persistent actors share the writers, whose events become one {@code persistAll}: one record. */
    BATCH;

    private static final int SHARING_ACTORS = 4;

    /** How many persistent actors stand for {@code writers}. */
    int actors(int writers) {
        return this == PERSIST ? writers : Math.min(writers, SHARING_ACTORS);
    }
}
