package org.uitto.samples.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorSystem;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.uitto.samples.cluster.LocalCluster;
import org.uitto.samples.cluster.LoopbackPorts;
import org.uitto.samples.cluster.SampleSystem;
import org.uitto.samples.web.WebAddress;

/** The demo's page in a real browser: its buttons do what they say, and the page shows it. Skipped without a browser. */
@Timeout(600)
class DemoPagesTest {
    private static final String ROOM = "chat-room-lobby";
    private static final WebAddress PAGE = new WebAddress("127.0.0.1", LoopbackPorts.one());

    private static @Nullable LocalCluster started;
    private static @Nullable ActorSystem<Void> client;

    @BeforeAll
    static void start() {
        Optional<String> whyNoBrowser = Browser.whyNone();
        assumeTrue(whyNoBrowser.isEmpty(), () -> whyNoBrowser.orElse(""));
        LocalCluster cluster = DemoPages.newCluster(PAGE);
        started = cluster;
        cluster.startAll();
        ActorSystem<Void> system = SampleSystem.startClient(SampleSystem.load(cluster.clientConfig()));
        client = system;
        DemoPages.serve(system, PAGE, cluster, new Mischief(cluster));
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

    private static Browser openCluster() {
        Browser browser = Browser.start();
        browser.openWhenThere(PAGE.url() + "/cluster/?group=" + ROOM);
        allIsWell(browser);
        return browser;
    }

    private static Browser joinChat() {
        Browser browser = Browser.start();
        browser.openWhenThere(cluster().pages("b") + "/chat/");
        browser.await("document.getElementById('join').open");
        browser.run("document.getElementById('name').value = 'Aino';"
                + " document.getElementById('join-form').requestSubmit()");
        browser.await("document.getElementById('status').dataset.state == 'good'");
        return browser;
    }

    private static void say(Browser browser, String text) {
        browser.run(
                "document.getElementById('text').value = arguments[0];"
                        + " document.getElementById('composer').requestSubmit()",
                text);
        browser.await("document.getElementById('held').children.length == 0"
                + " && document.getElementById('log').textContent.includes('" + text + "')");
    }

    /** Three nodes answer, one leads, and it hears from both others. */
    private static void allIsWell(Browser browser) {
        browser.await("/^[abc] leads.*3 of 3/.test(document.getElementById('status-text').textContent)"
                + " && document.querySelectorAll('#ring .node[data-role=follower]').length == 2"
                + " && document.querySelectorAll('#peers .peer').length == 2"
                + " && document.querySelectorAll('#ring .link.broken').length == 0");
    }

    private static String leader(Browser browser) {
        return browser.text("document.getElementById('status-text').textContent")
                .substring(0, 1);
    }

    private static void anotherLeadsThan(Browser browser, String last) {
        browser.await("/^[abc] leads/.test(document.getElementById('status-text').textContent)"
                + " && !document.getElementById('status-text').textContent.startsWith('" + last + " leads')");
    }

    private static void click(Browser browser, String action, String target) {
        String button = "document.querySelector('[data-act=\"" + action + " " + target + "\"]')";
        browser.await(button);
        browser.run(button + ".click()");
        browser.await("document.getElementById('outcome').dataset.kind == 'news' && !" + button);
    }

    @Test
    void theButtonsDoWhatTheySay() {
        try (Browser page = openCluster();
                Browser chat = joinChat()) {
            say(chat, "before");

            String first = leader(page);
            click(page, "kill", first);
            anotherLeadsThan(page, first);
            page.await("document.getElementById('story').textContent.includes('Node " + first
                    + " does not answer; 2 of 3 are enough to go on.')");
            say(chat, "one is gone");
            click(page, "restart", first);
            allIsWell(page);

            String second = leader(page);
            click(page, "pause", second);
            anotherLeadsThan(page, second);
            say(chat, "one stands still");
            click(page, "resume", second);
            allIsWell(page);

            assertEquals(List.of(), page.errors());
            assertEquals(List.of(), chat.errors());
        }
    }

    @Test
    void linksAreCutAndDisksAreSlow() {
        try (Browser page = openCluster();
                Browser chat = joinChat()) {
            String leader = leader(page);
            click(page, "isolate", leader);
            anotherLeadsThan(page, leader);
            page.await("document.querySelectorAll('#ring .link.broken').length == 2");
            say(chat, "one is cut off");
            click(page, "rejoin", leader);
            allIsWell(page);

            String follower = leader(page).equals("c") ? "a" : "c";
            click(page, "slow", follower);
            chat.run("let i = 0; setInterval(() => { document.getElementById('text').value = 'slow ' + ++i;"
                    + " document.getElementById('composer').requestSubmit() }, 700)");
            page.await("[...document.querySelectorAll('#peers .peer')].some(peer =>"
                    + " peer.querySelector('h3').textContent.startsWith('" + follower + "')"
                    + " && Number(peer.querySelectorAll('dd b')[1].textContent) >= 200)");
            click(page, "fast", follower);

            assertEquals(List.of(), page.errors());
        }
    }

    @Test
    void takesOrdersFromItsOwnPageOnly() throws IOException, InterruptedException {
        HttpRequest.Builder kill = HttpRequest.newBuilder(URI.create(PAGE.url() + "/cluster/actions"))
                .POST(HttpRequest.BodyPublishers.ofString("{\"action\":\"kill\",\"target\":\"a\"}"));
        HttpClient http = HttpClient.newHttpClient();

        assertEquals(403, status(http, kill.copy()));
        assertEquals(403, status(http, kill.copy().header("X-Uitto-Token", "0123456789abcdef0123456789abcdef")));
        assertEquals(403, status(http, kill.copy().header("Origin", "http://evil.example")));
        assertEquals(true, cluster().isRunning("a"));
    }

    private static int status(HttpClient http, HttpRequest.Builder request) throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
    }

    /** Makes the pictures of the documentation: {@code -Duitto.pictures=docs/pictures}, relative to the project. */
    @Test
    @EnabledIfSystemProperty(named = "uitto.pictures", matches = ".+")
    void makesThePicturesOfTheDocumentation() throws IOException {
        Path folder = Path.of("..").resolve(System.getProperty("uitto.pictures", ""));
        try (Browser page = openCluster();
                Browser shown = Browser.start();
                Browser chat = joinChat()) {
            shown.openWhenThere(cluster().pages("a") + "/cluster/?group=" + ROOM);
            chat.run("let i = 0; setInterval(() => { document.getElementById('text').value = 'log ' + ++i;"
                    + " document.getElementById('composer').requestSubmit() }, 450)");
            for (int kills = 0; kills < 2; kills++) {
                page.await("document.querySelectorAll('.track .committed').length > " + 30 * kills);
                String leader = leader(page);
                click(page, "kill", leader);
                anotherLeadsThan(page, leader);
                click(page, "restart", leader);
                allIsWell(page);
            }
            shown.await("document.querySelectorAll('#logs .committed').length > 60");
            shown.pictures(folder, "cluster", 1240, 960);
            page.looksAs(false, 1240, 1240);
            page.picture(folder.resolve("cluster-demo-light.png"));
        }
    }
}
