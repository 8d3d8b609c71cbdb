package org.uitto.kryo;

import com.esotericsoftware.kryo.KryoException;
import java.util.Optional;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.actor.RootActorPath;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The actor system that a run of bytes comes from, for the references in it to whoever asks there. While a thread has {@link
 * #enter entered} a home, it writes such a reference as the name alone, and reads a name as such a reference. Writer and reader
 * must both know the home, by what travels beside the bytes.
 *
 * <p>Every ask has an actor of its own, so a full path would be another each time: nothing that was resolved before helps, and
 * taking it apart costs more than all the rest of a small command. Immutable.
 */
public final class AskHome {
    /** Before the name. No full path begins like this, and no name holds it. */
    private static final String MARK = "/";

    /** Where Pekko has the actors of asks. */
    private static final String FOLDER = "temp";

    private static final ThreadLocal<Optional<AskHome>> ENTERED = ThreadLocal.withInitial(Optional::empty);

    private final ActorPath folder;
    private final Optional<AskHome> self = Optional.of(this);

    private AskHome(ActorPath folder) {
        this.folder = folder;
    }

    /** The actor system in which {@code ref} is. */
    public static AskHome of(ActorRef<?> ref) {
        return new AskHome(new RootActorPath(ref.path().address(), "/").child(FOLDER));
    }

    /** What this thread writes and reads from now on comes from here, until it {@link #leave leaves}. */
    public void enter() {
        ENTERED.set(self);
    }

    /** The thread is in no home any more. */
    public static void leave() {
        ENTERED.set(Optional.empty());
    }

    /** How an actor of this system is written at home; empty if the thread is in no home, or the actor is no ask's. */
    static Optional<String> shortened(ActorPath path) {
        boolean shortens = ENTERED.get().isPresent()
                && path.address().hasLocalScope()
                && path.parent().name().equals(FOLDER)
                && path.parent().parent() instanceof RootActorPath;
        return shortens ? Optional.of(MARK + path.name()) : Optional.empty();
    }

    /** Whether {@link #shortened} wrote {@code text}. */
    static boolean isShortened(String text) {
        return text.startsWith(MARK);
    }

    /** The path that {@link #shortened} was given, as seen from outside of its system. */
    static ActorPath lengthened(String text) {
        AskHome home = ENTERED.get().orElseThrow(() -> new KryoException("An actor reference has no address."));
        return home.folder.child(text.substring(MARK.length()));
    }
}
