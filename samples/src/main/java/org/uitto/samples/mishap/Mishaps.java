package org.uitto.samples.mishap;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.apache.pekko.actor.ActorRef;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.persistence.Persistence;
import org.apache.pekko.remote.RARP;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.uitto.node.Contact;

/** Does to this node what the process that started it says, a line each. */
public final class Mishaps {
    /** What a node's settings have more, for lines to be listened to. */
    public static final String SETTINGS = """
            uitto-mishaps.from-standard-input = on
            uitto.log.journal = "%s"
            pekko.remote.artery.advanced.test-mode = on
            """.formatted(SlowJournal.PLUGIN);

    private static final Logger LOG = LoggerFactory.getLogger(Mishaps.class);

    private final ActorSystem<?> system;

    /** For {@code system}, a member. */
    public Mishaps(ActorSystem<?> system) {
        this.system = system;
    }

    /** Whether lines are listened to. */
    public static boolean areLetIn(Config settings) {
        return settings.getBoolean("uitto-mishaps.from-standard-input");
    }

    /** The line that has a node pass nothing to the node at {@code contact} and take nothing from it. */
    public static String cut(String contact) {
        return "cut " + contact;
    }

    /** The line that ends a {@link #cut}. */
    public static String mend(String contact) {
        return "mend " + contact;
    }

    /** The line that has each write to the log come {@code delay} later; zero ends that. */
    public static String slow(Duration delay) {
        return "slow " + delay.toMillis();
    }

    /** Does what {@code line} says, if it can. */
    public void obey(String line) {
        try {
            perform(line);
        } catch (RuntimeException e) {
            LOG.warn("\"{}\" can't be done", line, e);
        }
    }

    private void perform(String line) {
        String[] words = line.strip().split(" ", 2);
        String what = words.length < 2 ? "" : words[1];
        switch (words[0]) {
            case "cut" -> throttle(what, true);
            case "mend" -> throttle(what, false);
            case "slow" ->
                journal().tell(new SlowJournal.Delay(Duration.ofMillis(Long.parseLong(what))), ActorRef.noSender());
            default -> LOG.warn("What does \"{}\" mean?", line);
        }
    }

    private ActorRef journal() {
        return Persistence.get(Adapter.toClassic(system)).journalFor(SlowJournal.PLUGIN, ConfigFactory.empty());
    }

    @SuppressWarnings("deprecation") // Written for another transport once; it is how Artery's test mode is told.
    private void throttle(String contact, boolean isCut) {
        Contact peer = Contact.parse(contact).orElseThrow(() -> new IllegalArgumentException(contact));
        Address address = new Address("pekko", system.name(), peer.host(), peer.port());
        RARP remoting = (RARP) RARP.get(Adapter.toClassic(system));
        remoting.provider()
                .transport()
                .managementCommand(new org.apache.pekko.remote.transport.ThrottlerTransportAdapter.SetThrottle(
                        address,
                        scalaObject(
                                org.apache.pekko.remote.transport.ThrottlerTransportAdapter.Direction.class,
                                "Direction$Both$"),
                        scalaObject(
                                org.apache.pekko.remote.transport.ThrottlerTransportAdapter.ThrottleMode.class,
                                isCut ? "Blackhole$" : "Unthrottled$")))
                .isCompleted();
    }

    /** An object of Scala's whose name Java can't write. */
    private static <T> T scalaObject(Class<T> type, String name) {
        try {
            Class<?> found = Class.forName("org.apache.pekko.remote.transport.ThrottlerTransportAdapter$" + name);
            return type.cast(found.getField("MODULE$").get(null));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("This Pekko has no " + name, e);
        }
    }
}
