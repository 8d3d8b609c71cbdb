package org.uitto.kryo;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** What the tests of this package send. */
final class Messages {
    private Messages() {}

    /** Registers them all but {@link Unregistered}. */
    static final String REGISTRATIONS = """
            uitto.kryo.registrations {
              "org.uitto.kryo.Messages$Small" = 1000
              "org.uitto.kryo.Messages$Primitives" = 1001
              "org.uitto.kryo.Messages$Suit" = 1002
              "org.uitto.kryo.Messages$Holder" = 1003
              "org.uitto.kryo.Messages$Order" = 1004
              "org.uitto.kryo.Messages$Line" = 1005
              "org.uitto.kryo.Messages$Line[]" = 1006
              "org.uitto.kryo.Messages$Plain" = 1007
              "org.uitto.kryo.Messages$Event" { Incremented = 1008, Reset = 1009 }
              "org.uitto.kryo.Messages$OldPoint" = 1010
              "org.uitto.kryo.Messages$NewPoint" = 1011
              "org.uitto.kryo.Messages$Positive" = 1012
              "org.uitto.kryo.Messages$ClassicRef" = 1013
              "org.uitto.kryo.Messages$Failing" = 1014
              "java.util.PriorityQueue" = 1015
            }
            """;

    record Small(String key, long amount, ActorRef<String> replyTo) implements KryoSerializable {}

    record Primitives(
            boolean a,
            byte b,
            char c,
            short d,
            int e,
            long f,
            float g,
            double h,
            @Nullable String i) {}

    record Holder(@Nullable Object value) implements KryoSerializable {}

    record Order(String id, List<Line> lines, Map<String, Integer> counts, Optional<Duration> due, Suit suit)
            implements KryoSerializable {}

    record Line(String article, int count, @Nullable Object note) {}

    record OldPoint(int x) {}

    record NewPoint(int x, long y, @Nullable String name, Optional<String> label) {}

    record Positive(int value) {
        Positive {
            if (value <= 0) {
                throw new IllegalArgumentException("not positive: " + value);
            }
        }
    }

    record ClassicRef(org.apache.pekko.actor.ActorRef ref) implements KryoSerializable {}

    record Unregistered(int value) implements KryoSerializable {}

    record Failing(String value) {
        @Override
        public String value() {
            throw new IllegalStateException("no value today");
        }
    }

    sealed interface Event {}

    record Incremented(int by) implements Event {}

    record Reset() implements Event {}

    /** Constants with bodies have classes of their own. */
    enum Suit {
        CLUBS,
        HEARTS {
            @Override
            int rank() {
                return 3;
            }
        };

        int rank() {
            return 1;
        }
    }

    /** A class as it was before there were records. */
    static final class Plain {
        private final String name;
        private final int number;
        private final List<String> words;

        Plain(String name, int number, List<String> words) {
            this.name = name;
            this.number = number;
            this.words = words;
        }

        @Override
        public boolean equals(@Nullable Object object) {
            return object instanceof Plain other
                    && name.equals(other.name)
                    && number == other.number
                    && words.equals(other.words);
        }

        @Override
        public int hashCode() {
            return name.hashCode() + number;
        }
    }
}
