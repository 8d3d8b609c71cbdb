package org.uitto.kryo;

import com.esotericsoftware.kryo.KryoException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.actor.RootActorPath;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * The actor system that a run of bytes comes from, for the references in it to whoever asks there. While a thread has {@link
 * #enter entered} a home, it writes such a reference as the name alone, and reads a name as such a reference. Writer and reader
 * must both know the home, by what travels beside the bytes.
 *
 * <p>Every ask has an actor of its own, so a full path would be another each time: nothing that was resolved before helps, and
 * taking it apart costs more than all the rest of a small command. Any other reference that a run holds again and again, such as
 * that of a stream, is written in full once, with a number, and then as that number.
 *
 * <p>One instance writes or reads one run of bytes after another. Not thread-safe.
 */
public final class AskHome {
    /** Before the name of an ask. No full path begins like this, and no name holds it. */
    private static final String ASK = "/";

    /** Before the number of a reference that the run has in full. */
    private static final String AGAIN = "//";

    /** Before a reference in full that is numbered: in the order of these, from 0. */
    private static final String NUMBERED = "//=";

    /** Between the number and the reference in full. */
    private static final char BEHIND_NUMBER = '=';

    /** Who holds more different references than this doesn't hold them again and again. */
    private static final int MAX_NUMBERED = 16;

    /** Where Pekko has the actors of asks. */
    private static final String FOLDER = "temp";

    private static final ThreadLocal<Optional<AskHome>> ENTERED = ThreadLocal.withInitial(Optional::empty);

    private final ActorPath folder;
    private final Optional<AskHome> self = Optional.of(this);
    private final List<ActorRef<?>> written = new ArrayList<>();
    private final Map<String, ActorRef<?>> read = new HashMap<>();

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

    /** What was written before is not part of what is written from now on. */
    public void beginRun() {
        written.clear();
    }

    /** The last that was written is taken back, since a part of it can't be: none of its references counts as written. */
    public void takeBack() {
        for (int i = 0; i < written.size(); i++) {
            written.set(i, null); // The numbers are not given again.
        }
    }

    /**
     * How {@code ref} is written by this thread.
     *
     * @param inFull the path with address and uid
     */
    static String written(ActorRef<?> ref, Function<ActorRef<?>, String> inFull) {
        Optional<AskHome> home = ENTERED.get();
        if (home.isEmpty() || !ref.path().address().hasLocalScope()) {
            return inFull.apply(ref);
        }
        return isAsk(ref.path()) ? ASK + ref.path().name() : home.get().numbered(ref, inFull);
    }

    private static boolean isAsk(ActorPath path) {
        return path.parent().name().equals(FOLDER) && path.parent().parent() instanceof RootActorPath;
    }

    private String numbered(ActorRef<?> ref, Function<ActorRef<?>, String> inFull) {
        for (int number = 0; number < written.size(); number++) {
            if (written.get(number) == ref) {
                return AGAIN + number;
            }
        }
        if (written.size() == MAX_NUMBERED) {
            return inFull.apply(ref);
        }
        written.add(ref);
        return NUMBERED + (written.size() - 1) + BEHIND_NUMBER + inFull.apply(ref);
    }

    /**
     * The reference that {@link #written} wrote as {@code text}.
     *
     * @param byPath finds an ask's
     * @param inFull finds one by its path as a string
     * @throws KryoException if it needs to know the home and this thread is in none, or the run lacks what it refers to
     */
    @SuppressWarnings("unchecked") // Nobody can check what the actor takes.
    static <T> ActorRef<T> read(
            String text, Function<ActorPath, ActorRef<T>> byPath, Function<String, ActorRef<T>> inFull) {
        if (!text.startsWith(ASK)) {
            return inFull.apply(text);
        }
        AskHome home = ENTERED.get().orElseThrow(() -> new KryoException("An actor reference has no address."));
        if (!text.startsWith(AGAIN)) {
            return byPath.apply(home.folder.child(text.substring(ASK.length())));
        } else if (text.startsWith(NUMBERED)) {
            int behind = text.indexOf(BEHIND_NUMBER, NUMBERED.length());
            ActorRef<T> ref = inFull.apply(text.substring(behind + 1));
            home.read.put(AGAIN + text.substring(NUMBERED.length(), behind), ref);
            return ref;
        }
        ActorRef<?> known = home.read.get(text);
        if (known == null) {
            throw new KryoException("An actor reference says it was written before, and was not.");
        }
        return (ActorRef<T>) known;
    }
}
