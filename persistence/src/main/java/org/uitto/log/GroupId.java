package org.uitto.log;

import java.util.regex.Pattern;

/**
 * The name of a group: the nodes that share one log. It is part of actor paths and of the log's persistence id.
 *
 * @param value 1 to 100 letters, digits, dots, dashes or underscores, starting with a letter or digit
 */
public record GroupId(String value) implements Comparable<GroupId> {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,99}");

    public GroupId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("A group id is 1 to 100 letters, digits, '.', '-' or '_' and starts with"
                    + " a letter or digit; \"" + value + "\" is not.");
        }
    }

    @Override
    public int compareTo(GroupId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
