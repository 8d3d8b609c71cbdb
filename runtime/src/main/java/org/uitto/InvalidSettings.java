package org.uitto;

import com.typesafe.config.Config;
import org.apache.pekko.ConfigurationException;

/** A setting that can't be. The message says where it stands, what is wrong with it, and what would be right. */
public final class InvalidSettings extends ConfigurationException {
    private static final long serialVersionUID = 1;

    private InvalidSettings(String message) {
        super(message);
    }

    /** The setting at {@code path} is wrong: {@code problem} says how and what would be right. */
    static InvalidSettings at(Config config, String path, String problem) {
        String where = config.hasPath(path) ? config.getValue(path).origin().description() : "missing";
        if (where.startsWith("reference.conf")) {
            where = "not set, this is the default"; // Nothing that anyone should look for, let alone change.
        }
        return new InvalidSettings(path + " (" + where + "): " + problem);
    }
}
