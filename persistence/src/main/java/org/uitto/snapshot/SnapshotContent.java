package org.uitto.snapshot;

/**
 * A snapshot as bytes. Nobody changes them.
 *
 * @param descriptor what is needed to make an object of the body; small
 * @param body what the serializer of the object made
 */
@SuppressWarnings("ArrayRecordComponent") // It carries bytes and is never compared.
record SnapshotContent(byte[] descriptor, byte[] body) {}
