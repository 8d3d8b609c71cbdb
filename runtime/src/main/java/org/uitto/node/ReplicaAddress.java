package org.uitto.node;

import java.util.Optional;
import java.util.random.RandomGenerator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where one node's replica of a group is reached. Each start of a replica is an actor of a name that no other start has, in this
 * process or in another at the same contact. So nobody can send to it by name before it is there and has said so: Artery
 * remembers what it once found at a path, an actor that has ended since or none at all, and delivers there for ever.
 *
 * @param contact where the node is
 * @param start the number of the replica's start, from 1; 0 if that is not known
 */
public record ReplicaAddress(Contact contact, int start) {
    private static final Pattern FORM = Pattern.compile("([^~]+)~([0-9]{1,9})");
    private static final int FIRST_STARTS = 900_000_000;

    /** The address of the node's replica, of whichever start. */
    public static ReplicaAddress at(Contact contact) {
        return new ReplicaAddress(contact, 0);
    }

    /** A number for the first start in a process, such that another process hardly ever begins near it. */
    public static int drawnStart(RandomGenerator random) {
        return 1 + random.nextInt(FIRST_STARTS);
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
