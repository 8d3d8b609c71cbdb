package org.uitto.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class CrashWatchTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ActorTestKit KIT = ActorTestKit.create();

    private final TestProbe<String> told = KIT.createTestProbe();

    @AfterAll
    static void shutDown() {
        KIT.shutdownTestKit();
    }

    private void watch(ServerSocket node) {
        Contact contact = new Contact("127.0.0.1", node.getLocalPort());
        KIT.spawn(CrashWatch.create(contact, () -> told.getRef().tell("crashed")));
    }

    private static ServerSocket node() throws IOException {
        return new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    }

    @Test
    void aProcessThatIsGoneIsNoticedByItsConnection() throws IOException {
        ServerSocket node = node();
        watch(node);
        Socket connection = node.accept();

        node.close();
        connection.close();

        assertEquals("crashed", told.receiveMessage(PATIENCE));
    }

    @Test
    void aConnectionThatBreaksProvesNothingWhileAnotherIsTaken() throws IOException {
        try (ServerSocket node = node()) {
            watch(node);
            for (int i = 0; i < 3; i++) {
                node.accept().close();
            }
            try (Socket kept = node.accept()) {
                told.expectNoMessage(Duration.ofMillis(100));
                assertEquals(-1, closed(kept));
            }
        }
        assertEquals("crashed", told.receiveMessage(PATIENCE));
    }

    /** What a connection gives that its other end is done with. */
    private static int closed(Socket connection) throws IOException {
        connection.shutdownOutput();
        return connection.getInputStream().read();
    }
}
