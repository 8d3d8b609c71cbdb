package org.uitto.testkit;

import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.uitto.core.LeaderRules;
import org.uitto.core.PeerMessage;
import org.uitto.core.RoleState;
import org.uitto.core.Rules;

/**
 * What runs have reached, how often, and what there was to reach. Counted by kind; coverages of several runs are added up.
 * Not thread-safe.
 */
public final class Coverage {
    /** What is counted. */
    public enum Kind {
        /** A rule of a role that decided, such as {@code Leader.onPropose}. */
        RULE,
        /** A message that a role decided about, and how its term compares, such as {@code Follower RequestVote later term}. */
        MESSAGE,
        /** A change of role, such as {@code Candidate to Leader}. */
        CHANGE,
        /** A fault, and at which step of its victim, such as {@code PAUSE of Leader}. */
        FAULT
    }

    /** How the term of a message compares with its receiver's. */
    enum Term {
        EARLIER,
        SAME,
        LATER;

        static Term of(long theirs, long own) {
            return theirs < own ? EARLIER : theirs == own ? SAME : LATER;
        }

        private final String words = name().toLowerCase(java.util.Locale.ROOT) + " term";
    }

    private static final Map<Parts, String> NAMES = new ConcurrentHashMap<>();
    private static final Map<Kind, SortedSet<String>> KNOWN = known();

    private final Map<Kind, Map<String, Long>> counts = new EnumMap<>(Kind.class);

    /** Nothing was reached yet. */
    public Coverage() {
        for (Kind kind : Kind.values()) {
            counts.put(kind, new HashMap<>());
        }
    }

    /** Counts {@code what} once more. */
    void count(Kind kind, String what) {
        of(kind).merge(what, 1L, Long::sum);
    }

    /** Adds everything that {@code other} has counted. */
    public void add(Coverage other) {
        other.counts.forEach((kind, more) -> more.forEach((what, count) -> of(kind).merge(what, count, Long::sum)));
    }

    /** What was reached, in alphabetical order, and how often. */
    public SortedMap<String, Long> reached(Kind kind) {
        return new TreeMap<>(of(kind));
    }

    /** What there is to reach and was not, in alphabetical order. */
    public SortedSet<String> unreached(Kind kind) {
        SortedSet<String> rest = new TreeSet<>(KNOWN.getOrDefault(kind, new TreeSet<>()));
        rest.removeAll(of(kind).keySet());
        return rest;
    }

    /** How many different things there are to reach, those included that were not expected. */
    public int size(Kind kind) {
        return of(kind).size() + unreached(kind).size();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Coverage coverage && counts.equals(coverage.counts);
    }

    @Override
    public int hashCode() {
        return counts.hashCode();
    }

    @Override
    public String toString() {
        Map<Kind, SortedMap<String, Long>> sorted = new EnumMap<>(Kind.class);
        counts.keySet().forEach(kind -> sorted.put(kind, reached(kind)));
        return sorted.toString();
    }

    private Map<String, Long> of(Kind kind) {
        return counts.computeIfAbsent(kind, missing -> new HashMap<>());
    }

    /** What a name is made of: it is looked up a million times and made once. */
    private record Parts(Kind kind, String first, String second, Term term) {}

    static String rule(String role, String rule) {
        return NAMES.computeIfAbsent(new Parts(Kind.RULE, role, rule, Term.SAME), missing -> role + "." + rule);
    }

    static String message(String role, String message, Term term) {
        return NAMES.computeIfAbsent(
                new Parts(Kind.MESSAGE, role, message, term), missing -> role + " " + message + " " + term.words);
    }

    static String change(String before, String after) {
        return before + " to " + after;
    }

    private static Map<Kind, SortedSet<String>> known() {
        Map<Kind, SortedSet<String>> known = new EnumMap<>(Kind.class);
        known.put(Kind.RULE, rules());
        known.put(Kind.MESSAGE, messages());
        known.put(Kind.CHANGE, changes());
        known.put(Kind.FAULT, Nemesis.steps());
        return known;
    }

    static List<String> roles() {
        return names(RoleState.class);
    }

    static List<String> messageNames() {
        return names(PeerMessage.class);
    }

    private static List<String> names(Class<?> family) {
        return Arrays.stream(family.getPermittedSubclasses())
                .map(Class::getSimpleName)
                .filter(name -> family != PeerMessage.class || !name.endsWith("Outcome"))
                .sorted()
                .toList();
    }

    /** The rules beside those for messages. They are public, since the roles' behaviors call them. */
    private static SortedSet<String> rules() {
        Set<String> handlers = Arrays.stream(PeerMessage.Handler.class.getMethods())
                .map(Method::getName)
                .collect(Collectors.toSet());
        UnaryOperator<Stream<Method>> own =
                methods -> methods.filter(method -> !Modifier.isStatic(method.getModifiers()))
                        .filter(method -> method.getName().startsWith("on"))
                        .filter(method -> !handlers.contains(method.getName())
                                && !method.getName().equals("onMessage"));
        SortedSet<String> rules = new TreeSet<>();
        for (String role : roles()) {
            Class<?> type = role.equals("Leader") ? LeaderRules.class : Rules.class;
            own.apply(Arrays.stream(type.getMethods())).forEach(method -> rules.add(rule(role, method.getName())));
        }
        rules.add(rule("Leader", "replicate"));
        // A node starts as one or the other, and a leader has no election timer.
        rules.removeIf(
                rule -> rule.endsWith(".onStarted") && !rule.startsWith("Follower") && !rule.startsWith("Newcomer"));
        rules.remove("Leader.onElectionTimeout");
        return rules;
    }

    private static SortedSet<String> messages() {
        SortedSet<String> messages = new TreeSet<>();
        for (String role : roles()) {
            for (String message : messageNames()) {
                for (Term term : Term.values()) {
                    messages.add(message(role, message, term));
                }
            }
        }
        // Of two leaders of one term the simulation does not tell as of something that was never reached.
        for (String message : List.of("AppendEntries", "Heartbeat", "InstallSnapshot")) {
            messages.remove(message("Leader", message, Term.SAME));
        }
        return messages;
    }

    private static SortedSet<String> changes() {
        SortedSet<String> changes = new TreeSet<>(Set.of(
                change("Newcomer", "Follower"),
                change("Follower", "PreCandidate"),
                change("Follower", "Candidate"), // When leadership is handed over.
                change("PreCandidate", "Candidate"),
                change("PreCandidate", "Follower"),
                change("Candidate", "Leader"),
                change("Candidate", "PreCandidate"),
                change("Candidate", "Follower"),
                change("Leader", "Follower")));
        roles().stream()
                .filter(role -> !role.equals("Newcomer"))
                .forEach(role -> changes.add(change(role, "Newcomer")));
        return changes;
    }
}
