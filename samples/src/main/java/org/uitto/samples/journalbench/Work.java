package org.uitto.samples.journalbench;

/**
 * What is asked of a journal and of its disk.
 *
 * @param shape how events come to the journal
 * @param writers how many events are under way at a time
 * @param eventBytes the size of an event, before the journal adds anything
 */
record Work(Shape shape, int writers, int eventBytes) {}
