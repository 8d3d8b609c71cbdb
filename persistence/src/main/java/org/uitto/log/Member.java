package org.uitto.log;

import java.util.Optional;

/**
 * A node that has a group's log, as the group's configuration knows it.
 *
 * @param contact where it is reached, as {@code host:port}; empty if that is not for the group to say
 * @param storage where its data is, if that is known: then what it says counts only if it comes from there
 */
public record Member(Optional<String> contact, Optional<StorageId> storage) {
    /** The longest contact, in characters of ASCII. */
    static final int MAX_CONTACT_LENGTH = 300;

    /** A member of which nothing is known yet. */
    public static final Member UNKNOWN = new Member(Optional.empty(), Optional.empty());

    public Member {
        contact.ifPresent(text -> {
            if (text.isEmpty()
                    || text.length() > MAX_CONTACT_LENGTH
                    || !text.chars().allMatch(character -> character > ' ' && character < 127)) {
                throw new IllegalArgumentException("\"" + text + "\" is no contact of a member");
            }
        });
    }

    /** A member that is reached at {@code contact}. */
    public static Member at(String contact) {
        return new Member(Optional.of(contact), Optional.empty());
    }

    Member on(StorageId newStorage) {
        return new Member(contact, Optional.of(newStorage));
    }
}
