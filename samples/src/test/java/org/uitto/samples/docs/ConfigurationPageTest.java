package org.uitto.samples.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** {@code docs/CONFIGURATION.md} says what the shipped settings say. */
class ConfigurationPageTest {
    private static final Path PAGE = Path.of("../docs/CONFIGURATION.md");

    @Test
    void saysWhatTheShippedSettingsSay() throws IOException {
        if (Boolean.getBoolean("uitto.write-docs")) {
            Files.writeString(PAGE, ConfigurationPage.text());
        }

        assertEquals(
                ConfigurationPage.text(),
                Files.readString(PAGE),
                "docs/CONFIGURATION.md is not what the settings say; write it anew with -Duitto.write-docs=true");
    }
}
