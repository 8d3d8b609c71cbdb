package org.uitto.replicated;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Whom to ask for a leader. */
class KnownContactsTest {
    @Test
    void whatWasLearnedComesBehindWhatWasKnownAtFirst() {
        KnownContacts contacts = new KnownContacts(List.of("a", "b"));

        contacts.learn(List.of("b", "d"));
        contacts.learn(List.of("c", "d"));

        assertEquals(List.of("a", "b", "c", "d"), contacts.all());
    }

    @Test
    void whatIsOldIsForgottenButNeverTheFirst() {
        KnownContacts contacts = new KnownContacts(List.of("a"));

        for (int i = 0; i < 1000; i++) {
            contacts.learn(List.of("member-" + i, "lasting"));
        }

        assertTrue(contacts.all().size() < 100);
        assertTrue(contacts.all().containsAll(List.of("a", "lasting", "member-999")));
        assertFalse(contacts.all().contains("member-0"));
    }
}
