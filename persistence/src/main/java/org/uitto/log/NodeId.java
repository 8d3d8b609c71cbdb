package org.uitto.log;

import java.util.regex.Pattern;

/**
 * The name of a node, unique among the members of its groups and unchanged for as long as its data lives.
 *
 * @param value 1 to 64 letters, digits, dots, dashes or underscores, starting with a letter or digit
 */
public record NodeId(String value) implements Comparable<NodeId> {
    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    public NodeId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("A node id is 1 to 64 letters, digits, '.', '-' or '_' and starts with a"
                    + " letter or digit; \"" + value + "\" is not.");
        }
    }

    @Override
    public int compareTo(NodeId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
