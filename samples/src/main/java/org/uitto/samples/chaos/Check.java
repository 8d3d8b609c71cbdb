package org.uitto.samples.chaos;

/**
 * One thing that must be so.
 *
 * @param name what, in a few words
 * @param isOk whether it is
 * @param detail by which figures, or what is not
 */
record Check(String name, boolean isOk, String detail) {}
