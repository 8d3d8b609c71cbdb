package org.uitto.samples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.uitto.Raft;
import org.uitto.replicated.ReplicaStatus;
import org.uitto.role.GroupStatus;
import org.uitto.role.GroupStatus.Role;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.SampleActor;
import org.uitto.samples.cluster.SampleSystem;

/** The chat in a real browser, with real nodes that fail. Skipped, saying so, where no browser is installed. */
@Timeout(600)
class PagesTest {
    private static final String ROOM = "chat-room-lobby";
    private static final int EACH = 100;

    private static @Nullable LocalCluster started;
    private static @Nullable ActorSystem<Void> client;

    @BeforeAll
    static void start() {
        Optional<String> whyNoBrowser = Browser.whyNone();
        assumeTrue(whyNoBrowser.isEmpty(), () -> whyNoBrowser.orElse(""));
        LocalCluster cluster = LocalCluster.create(SampleActor.CHAT);
        started = cluster;
        cluster.startAll();
        client = SampleSystem.startClient(SampleSystem.load(cluster.clientConfig()));
    }

    @AfterAll
    static void stop() {
        if (client != null) {
            SampleSystem.stop(client);
        }
        if (started != null) {
            started.close();
        }
    }

    private static LocalCluster cluster() {
        LocalCluster cluster = started;
        assertNotNull(cluster);
        return cluster;
    }

    private static List<ReplicaStatus> statuses(String group) {
        ActorSystem<Void> asking = client;
        assertNotNull(asking);
        return LocalCluster.NODES.stream()
                .map(node -> Raft.get(asking)
                        .status(group, cluster().contact(node), Duration.ofSeconds(2))
                        .toCompletableFuture())
                .toList()
                .stream()
                .map(asked -> asked.handle((status, failure) -> Optional.ofNullable(status))
                        .join())
                .flatMap(Optional::stream)
                .toList();
    }

    /** Who leads the highest term that anyone leads; empty while nobody does. */
    private static Optional<String> leader(String group) {
        return statuses(group).stream()
                .map(ReplicaStatus::group)
                .filter(status -> status.role() == Role.LEADER)
                .max(Comparator.comparingLong(GroupStatus::term))
                .map(status -> status.node().value());
    }

    /** Whether every node can be spared. */
    private static boolean allFollow(String group) {
        List<ReplicaStatus> all = statuses(group);
        return all.size() == LocalCluster.NODES.size()
                && all.stream()
                                .filter(status -> status.group().role() == Role.LEADER)
                                .count()
                        == 1
                && all.stream()
                                .filter(status -> status.group().role() == Role.FOLLOWER)
                                .count()
                        == 2
                && all.stream().map(status -> status.group().term()).distinct().count() == 1;
    }

    private static Browser join(String node, String name) {
        Browser browser = Browser.start();
        browser.openWhenThere(cluster().pages(node) + "/chat/");
        browser.await("document.getElementById('join').open");
        browser.run(
                "document.getElementById('name').value = arguments[0];"
                        + " document.getElementById('join-form').requestSubmit()",
                name);
        browser.await("document.getElementById('status').dataset.state == 'good'");
        return browser;
    }

    private static void say(Browser browser, String text) {
        browser.run(
                "document.getElementById('text').value = arguments[0];"
                        + " document.getElementById('composer').requestSubmit()",
                text);
    }

    /** The texts in the room that are of this test, as the page shows them. */
    private static List<String> texts(Browser browser) {
        Object texts = browser.run("return [...document.querySelectorAll('#log .text')].map(text => text.textContent)"
                + ".filter(text => /^[abc]-\\d+$/.test(text))");
        List<String> found = new ArrayList<>();
        ((List<?>) (texts == null ? List.of() : texts)).forEach(text -> found.add(String.valueOf(text)));
        return found;
    }

    @Test
    void everyMessageIsThereOnceAndInOneOrderThoughLeadersAreKilled() {
        try (Browser a = join("a", "Aino");
                Browser b = join("b", "Väinö");
                Browser c = join("c", "Lempi")) {
            List<Browser> browsers = List.of(a, b, c);
            for (Browser browser : browsers) {
                String prefix = LocalCluster.NODES.get(browsers.indexOf(browser));
                browser.run("let i = 0; const timer = setInterval(() => {"
                        + " document.getElementById('text').value = '" + prefix + "-' + ++i;"
                        + " document.getElementById('composer').requestSubmit();"
                        + " if (i === " + EACH + ") clearInterval(timer); }, 230)");
            }
            for (int kills = 0; kills < 3; kills++) {
                a.await("all follow a leader", () -> allFollow(ROOM));
                String leader = leader(ROOM).orElseThrow();
                cluster().kill(leader);
                a.await("another leads than " + leader, () -> leader(ROOM).isPresent());
                cluster().start(leader);
            }

            for (Browser browser : browsers) {
                browser.await("all messages are shown", () -> texts(browser).size() >= 3 * EACH);
                browser.await("document.getElementById('held').children.length == 0");
            }
            List<String> order = texts(a);
            assertEquals(3 * EACH, order.size(), order.toString());
            assertEquals(3 * EACH, new HashSet<>(order).size(), order.toString());
            assertEquals(order, texts(b));
            assertEquals(order, texts(c));
            for (String prefix : LocalCluster.NODES) {
                List<String> own =
                        order.stream().filter(text -> text.startsWith(prefix)).toList();
                assertEquals(
                        Stream.iterate(1, i -> i + 1)
                                .limit(EACH)
                                .map(i -> prefix + "-" + i)
                                .toList(),
                        own);
            }

            a.openWhenThere(cluster().pages("a") + "/chat/");
            a.await("all messages are shown again", () -> {
                a.run("document.getElementById('older').click()");
                return texts(a).size() >= 3 * EACH;
            });
            assertEquals(order, texts(a));
            browsers.forEach(browser -> assertEquals(List.of(), browser.errors()));
        }
    }

    @Test
    void aBrowserMovesOnWithWhatItHolds() {
        try (Browser browser = join("b", "Eino")) {
            cluster().kill("b");
            say(browser, "held over the move");

            browser.await("/node [ac]/i.test(document.getElementById('status-text').textContent)");
            browser.await("document.getElementById('held').children.length == 0"
                    + " && document.getElementById('log').textContent.includes('held over the move')");
            assertEquals(
                    1,
                    browser.number("[...document.querySelectorAll('#log .text')]"
                            + ".filter(text => text.textContent == 'held over the move').length"));
            assertEquals(List.of(), browser.errors());
        } finally {
            cluster().start("b");
        }
    }

    @Test
    void markupIsShownAsText() {
        try (Browser browser = join("c", "<i>Eino</i>")) {
            say(browser, "<img src=x onerror=\"document.title='gotcha'\"><b>not bold</b>");

            browser.await("document.getElementById('log').textContent.includes('<b>not bold</b>')");
            assertEquals(0, browser.number("document.querySelectorAll('#log img, #log b, #log i').length"));
            assertEquals(List.of(), browser.errors());
        }
    }

    @Test
    void aRoomIsOpenedForAll() {
        try (Browser one = join("a", "Aino");
                Browser other = join("b", "Lempi")) {
            one.run("document.getElementById('new-title').value = 'Sorting yard';"
                    + " document.getElementById('open-room').requestSubmit()");
            one.await("document.getElementById('room-title').textContent == 'Sorting yard'"
                    + " && document.getElementById('status').dataset.state == 'good'");
            say(one, "anybody here?");

            other.await("document.querySelectorAll('.room .badge').length == 1");
            other.run("[...document.querySelectorAll('.room')]"
                    + ".find(room => room.textContent.includes('Sorting yard')).click()");
            other.await("document.getElementById('log').textContent.includes('anybody here?')");
            other.await("document.getElementById('people').children.length == 2");
        }
    }

    @Test
    void theClusterPageShowsWhoLeadsAfterALeaderIsKilled() {
        try (Browser chat = join("a", "Aino");
                Browser browser = Browser.start()) {
            browser.await("all follow a leader", () -> allFollow(ROOM));
            String leader = leader(ROOM).orElseThrow();
            String other = LocalCluster.NODES.stream()
                    .filter(node -> !node.equals(leader))
                    .findFirst()
                    .orElseThrow();
            browser.openWhenThere(cluster().pages(other) + "/cluster/?group=" + ROOM);
            browser.await("document.getElementById('status-text').textContent.startsWith('" + leader + " leads')"
                    + " && document.getElementById('status-text').textContent.includes('3 of 3')");
            browser.await("heartbeats in a room that is used; in others there are none", () -> {
                say(chat, "is the heart beating?");
                return browser.number("document.querySelectorAll('#ring .heartbeat').length") > 0;
            });
            try {
                cluster().kill(leader);

                browser.await("/^[abc] leads/.test(document.getElementById('status-text').textContent)"
                        + " && !document.getElementById('status-text').textContent.startsWith('" + leader + " leads')"
                        + " && document.getElementById('status-text').textContent.includes('2 of 3')");
                browser.await("document.getElementById('story').textContent.includes('Node " + leader
                        + " does not answer; 2 of 3 are enough to go on.')");
                browser.await("document.querySelector('#elections li .votes').textContent.includes(' for itself')");
            } finally {
                cluster().start(leader);
            }
            browser.await("document.getElementById('status-text').textContent.includes('3 of 3')");
            browser.await("document.querySelectorAll('#peers .peer').length == 2");
            browser.run("[...document.querySelectorAll('#groups .as-link')]" + ".find(link => link.textContent != '"
                    + ROOM + "').click()");
            browser.await("document.getElementById('group').value != '" + ROOM + "'"
                    + " && /^[abc] leads/.test(document.getElementById('status-text').textContent)");
            assertEquals(List.of(), browser.errors());
        }
    }

    /** Makes the pictures of the documentation: {@code -Duitto.pictures=docs/pictures}, relative to the project. */
    @Test
    @EnabledIfSystemProperty(named = "uitto.pictures", matches = ".+")
    void makesThePicturesOfTheDocumentation() throws IOException {
        Path folder = Path.of("..").resolve(System.getProperty("uitto.pictures", ""));
        try (Browser aino = join("a", "Aino");
                Browser lempi = join("b", "Lempi");
                Browser eino = join("c", "Eino")) {
            for (Browser browser : List.of(aino, lempi, eino)) {
                browser.run("const title = [...document.querySelectorAll('.room')].find(room =>"
                        + " room.textContent.includes('Upper lake')); if (title) title.click(); else {"
                        + " document.getElementById('new-title').value = 'Upper lake';"
                        + " document.getElementById('open-room').requestSubmit() }");
                browser.await("document.getElementById('room-title').textContent == 'Upper lake'"
                        + " && document.getElementById('status').dataset.state == 'good'");
            }
            talk(aino, "Good morning! The ice is off the upper lake since yesterday.");
            talk(lempi, "I saw it from the bridge: open water all the way to the rapids.");
            talk(lempi, "The boom at the narrows is closed until noon, though.");
            talk(eino, "Then we start with the spruce. Nobody wants both in the same chute again.");
            talk(aino, "Agreed. Spruce first, pine when the boom opens.");
            talk(eino, "Who has the key to the upper gate?");
            talk(aino, "I have it, sorry! On my way down, twenty minutes or so.");
            talk(lempi, "First logs are through the narrows. It begins.");
            aino.await("document.getElementById('people').children.length == 3");
            aino.pictures(folder, "chat", 1180, 720);
        }
    }

    private static void talk(Browser browser, String text) {
        say(browser, text);
        browser.await("document.getElementById('held').children.length == 0");
    }
}
