package io.lakeproof.digest;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/** Looks into values as Spark hands them to Java. */
public final class SparkValues {
    private SparkValues() {}

    /** Spark hands out Scala sequences and takes Java lists as well. */
    public static List<?> elements(Object value) {
        if (value instanceof List<?> list) {
            return list;
        }
        scala.collection.Seq<?> seq = (scala.collection.Seq<?>) value;
        List<@Nullable Object> elements = new ArrayList<>(seq.length());
        for (int i = 0; i < seq.length(); i++) {
            elements.add(seq.apply(i));
        }
        return elements;
    }

    /** A map of Java's or Scala's, or the entries that {@link MapEntries} makes of it. */
    public static void forEachEntry(Object value, BiConsumer<Object, @Nullable Object> entry) {
        if (value instanceof Map<?, ?> map) {
            map.forEach(entry);
        } else if (value instanceof scala.collection.Map<?, ?> map) {
            scala.collection.Iterator<? extends scala.Tuple2<?, ?>> all = map.iterator();
            while (all.hasNext()) {
                scala.Tuple2<?, ?> next = all.next();
                entry.accept(next._1(), next._2());
            }
        } else {
            for (Object each : elements(value)) {
                entry.accept(((Row) each).get(0), ((Row) each).get(1));
            }
        }
    }

    /** Microseconds since 1970-01-01T00:00Z. Rounds down, as Spark does, over all of a long's microseconds: {@code ChronoUnit.MICROS} ends at the year 2262. */
    public static long micros(Instant instant) {
        long second = instant.getEpochSecond();
        long micros = instant.getNano() / 1_000;
        // Before 1970 from the second after, since the second of the smallest microseconds begins below them.
        return second < 0
                ? Math.addExact(Math.multiplyExact(second + 1, 1_000_000L), micros - 1_000_000L)
                : Math.addExact(Math.multiplyExact(second, 1_000_000L), micros);
    }
}
