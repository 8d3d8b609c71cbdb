package org.uitto.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

class StoryTest {
    private static Story story() {
        Story story = new Story(List.of("n1", "n2"));
        story.addClient("c1");
        story.note(1_000_000, Story.Kind.LEADERSHIP, "n1", "leads term 1");
        story.message(2_500_000, "c1", "n1", "Add[amount=5]");
        story.note(3_000_000, Story.Kind.FAULT, "n2", "crashes");
        story.message(4_000_000, "n1", "c1", "Value[<5> & more]");
        story.toAll(5_000_000, "the network is whole again");
        return story;
    }

    @Test
    void drawsAColumnForEachOfThemAndALineForEachStep() {
        assertEquals("""
                time/ms     c1    n1    n2
                     1.000  |     *     |     n1 leads term 1
                     2.500  o----->     |     c1 -> n1: Add[amount=5]
                     3.000  |     |     X     n2 crashes
                     4.000  <-----o     |     n1 -> c1: Value[<5> & more]
                     5.000  =============     the network is whole again
                """, story().text());
    }

    @Test
    void drawsAPictureThatIsWellFormed() throws Exception {
        var document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(story().svg())));

        assertEquals("svg", document.getDocumentElement().getTagName());
        assertTrue(document.getDocumentElement().getTextContent().contains("Value[<5> & more]"));
    }

    @Test
    void keepsTheEndOfALongStory() {
        Story story = new Story(List.of("n1"));

        for (int i = 1; i <= 500; i++) {
            story.note(i, Story.Kind.NOTE, "n1", "step " + i);
        }

        assertEquals(100, story.leftOut());
        assertEquals("step 500", story.steps().get(399).text());
        assertTrue(story.text().contains("(100 steps before are left out)"));
    }
}
