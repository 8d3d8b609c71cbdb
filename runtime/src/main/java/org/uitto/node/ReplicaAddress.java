package org.uitto.node;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where one node's replica of a group is reached. Each start of a replica is an actor of its own name: Artery remembers the
 * actor that it once found at a path, and goes on delivering to it when it has ended and another has its name.
 *
 * @param contact where the node is
 * @param start the how manieth start of the group's replica in its process, counted from 1; 0 if that is not known
 */
public record ReplicaAddress(Contact contact, int start) {
    private static final Pattern FORM = Pattern.compile("([^~]+)~([0-9]{1,9})");

    /** The address of the node's replica, of whichever start. */
    public static ReplicaAddress at(Contact contact) {
        return new ReplicaAddress(contact, 0);
    }

    /** The address that {@code text} names, {@code host:port} or {@code host:port~start}; empty if it names none. */
    public static Optional<ReplicaAddress> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Contact.parse(matcher.group(1))
                        .map(contact -> new ReplicaAddress(contact, Integer.parseInt(matcher.group(2))))
                : Contact.parse(text).map(ReplicaAddress::at);
    }

    /** Whether it names one actor; else it is good for a selection only. */
    public boolean isExact() {
        return start > 0;
    }

    @Override
    public String toString() {
        return isExact() ? contact + "~" + start : contact.toString();
    }
}
