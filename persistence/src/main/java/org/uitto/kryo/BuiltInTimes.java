package org.uitto.kryo;

import com.esotericsoftware.kryo.KryoException;
import com.esotericsoftware.kryo.io.Input;
import com.esotericsoftware.kryo.io.Output;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.function.BiConsumer;
import java.util.function.Function;

/** The values of {@code java.time} that every message may hold, under ids 25 to 34. */
final class BuiltInTimes {
    private BuiltInTimes() {}

    /** Takes one type. */
    interface Sink {
        <T> void inline(int id, Class<T> type, BiConsumer<Output, T> writer, Function<Input, ? extends T> reader);
    }

    static void register(Sink sink) {
        registerPoints(sink);
        registerLocal(sink);
        registerZoned(sink);
    }

    private static void registerPoints(Sink sink) {
        sink.inline(
                25,
                Duration.class,
                (output, value) -> writeSeconds(output, value.getSeconds(), value.getNano()),
                input -> {
                    long seconds = input.readVarLong(false);
                    return Duration.ofSeconds(seconds, input.readVarInt(true));
                });
        sink.inline(
                26,
                Instant.class,
                (output, value) -> writeSeconds(output, value.getEpochSecond(), value.getNano()),
                input -> {
                    long seconds = input.readVarLong(false);
                    return Instant.ofEpochSecond(seconds, input.readVarInt(true));
                });
        sink.inline(
                27,
                Period.class,
                (output, value) -> {
                    output.writeVarInt(value.getYears(), false);
                    output.writeVarInt(value.getMonths(), false);
                    output.writeVarInt(value.getDays(), false);
                },
                input -> {
                    int years = input.readVarInt(false);
                    int months = input.readVarInt(false);
                    return Period.of(years, months, input.readVarInt(false));
                });
    }

    private static void registerLocal(Sink sink) {
        sink.inline(
                28,
                LocalDate.class,
                (output, value) -> output.writeVarLong(value.toEpochDay(), false),
                BuiltInTimes::readDate);
        sink.inline(
                29,
                LocalTime.class,
                (output, value) -> output.writeVarLong(value.toNanoOfDay(), true),
                BuiltInTimes::readTime);
        sink.inline(30, LocalDateTime.class, BuiltInTimes::writeDateTime, BuiltInTimes::readDateTime);
    }

    private static void registerZoned(Sink sink) {
        sink.inline(
                31,
                ZoneOffset.class,
                (output, value) -> output.writeVarInt(value.getTotalSeconds(), false),
                BuiltInTimes::readOffset);
        sink.inline(32, ZoneId.class, (output, value) -> output.writeString(value.getId()), BuiltInTimes::readZone);
        sink.inline(
                33,
                OffsetDateTime.class,
                (output, value) -> {
                    writeDateTime(output, value.toLocalDateTime());
                    output.writeVarInt(value.getOffset().getTotalSeconds(), false);
                },
                input -> {
                    LocalDateTime dateTime = readDateTime(input);
                    return OffsetDateTime.of(dateTime, readOffset(input));
                });
        sink.inline(
                34,
                ZonedDateTime.class,
                (output, value) -> {
                    writeDateTime(output, value.toLocalDateTime());
                    output.writeVarInt(value.getOffset().getTotalSeconds(), false);
                    output.writeString(value.getZone().getId());
                },
                input -> {
                    LocalDateTime dateTime = readDateTime(input);
                    ZoneOffset offset = readOffset(input);
                    return ZonedDateTime.ofInstant(dateTime, offset, readZone(input));
                });
    }

    private static void writeSeconds(Output output, long seconds, int nanos) {
        output.writeVarLong(seconds, false);
        output.writeVarInt(nanos, true);
    }

    private static void writeDateTime(Output output, LocalDateTime value) {
        output.writeVarLong(value.toLocalDate().toEpochDay(), false);
        output.writeVarLong(value.toLocalTime().toNanoOfDay(), true);
    }

    private static LocalDateTime readDateTime(Input input) {
        LocalDate date = readDate(input);
        return LocalDateTime.of(date, readTime(input));
    }

    private static LocalDate readDate(Input input) {
        return LocalDate.ofEpochDay(input.readVarLong(false));
    }

    private static LocalTime readTime(Input input) {
        return LocalTime.ofNanoOfDay(input.readVarLong(true));
    }

    private static ZoneOffset readOffset(Input input) {
        return ZoneOffset.ofTotalSeconds(input.readVarInt(false));
    }

    private static ZoneId readZone(Input input) {
        String id = input.readString();
        if (id == null) {
            throw new KryoException("A time zone has no name.");
        }
        return ZoneId.of(id);
    }
}
