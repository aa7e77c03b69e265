package io.lakeproof.jobs.features;

import io.lakeproof.config.Aggregate;
import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.FeatureSpec;
import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.Ties;
import io.lakeproof.digest.RowEncoding;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;

/**
 * Random entities and definitions. The four seeds that differ modulo 4 define every aggregate over every kind of window with
 * every {@code include-current} and {@code ties} once, each over a random column, length, {@code min-rows} and {@code where}.
 */
record WindowCases(PipelineConfig pipeline, List<Row> rows) {
    static final int ENTITIES = 200;

    static final StructType SOURCE =
            StructType.fromDDL("entity STRING, t TIMESTAMP, id INT, v DOUBLE, f FLOAT, n BIGINT,"
                    + " i INT, d DECIMAL(20,4), big DECIMAL(38,2), s STRING, b BINARY, ok BOOLEAN, day DATE, at TIMESTAMP,"
                    + " tags ARRAY<STRING>");

    private static final double[] DOUBLES = {
        0.0, -0.0, 0.1, -0.1, 1e16, -1e16, 1.5, 3.0, 0x1p1023, -0x1p1023, 0x1p-1074, 0x1p-1060, 0x1p-996, 0x1p511,
        0x1p76
    };
    private static final double[] SPECIALS = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY};
    private static final List<String> NUMBERS = List.of("v", "f", "n", "i", "d", "big");
    private static final List<String> COMPARABLE = List.of("v", "f", "n", "i", "d", "big", "s", "b", "ok", "day", "at");
    private static final List<String> ANY = List.of("v", "f", "n", "i", "d", "s", "b", "ok", "day", "at", "tags");
    private static final List<String> ZONES = List.of("UTC", "Europe/Berlin", "Australia/Lord_Howe", "Pacific/Apia");

    static WindowCases of(long seed) {
        Random random = new Random(seed);
        ZoneId zone = ZoneId.of(ZONES.get((int) (seed % ZONES.size())));
        List<String> definitions = definitions(random, (int) (seed % 4));
        return new WindowCases(pipeline(zone, String.join("\n", definitions)), rows(random, zone));
    }

    static PipelineConfig pipeline(ZoneId zone, String definitions) {
        String text = """
                pipeline { name = cases, zone = "%s" }
                source { path = raw, format = parquet }
                dedup { key = [entity, t, id], event-time = t, target = clean }
                ledger { path = ledger }
                features { entity = entity, version = v1, target = features, define {
                %s
                } }
                """.formatted(zone, definitions);
        return ConfigLoader.load("cases.conf", text, List.of());
    }

    FeaturesConfig features() {
        return pipeline.features().orElseThrow();
    }

    private static List<String> definitions(Random random, int part) {
        List<String> all = new ArrayList<>();
        for (Aggregate aggregate : Aggregate.values()) {
            for (int kind = 0; kind < (aggregate == Aggregate.LAG ? 1 : 3); kind++) {
                for (boolean current : aggregate.isOfOthers() ? List.of(false) : List.of(false, true)) {
                    for (Ties ties : Ties.values()) {
                        if (kind > 0 || ties != Ties.INCLUDE) {
                            all.add(definition(random, aggregate, kind, current, ties, all.size()));
                        }
                    }
                }
            }
        }
        List<String> some = new ArrayList<>();
        for (int i = part; i < all.size(); i += 4) {
            some.add(all.get(i));
        }
        return some;
    }

    private static String definition(
            Random random, Aggregate aggregate, int kind, boolean current, Ties ties, int number) {
        int rows = 1 + random.nextInt(5);
        String window = switch (kind) {
            case 0 -> "rows = " + rows;
            case 1 -> "range = " + pick(random, List.of("PT1H", "PT0.000001S", "PT24H", "PT36H", "PT30M"));
            default -> "range = P" + (1 + random.nextInt(3)) + "D";
        };
        String text = "x" + number + " { " + aggregate.key() + " = \"" + expression(random, aggregate) + "\", " + window
                + ", ties = " + ties.key();
        if (!aggregate.isOfOthers()) {
            text += ", include-current = " + current;
            if (random.nextInt(3) == 0) {
                text += ", min-rows = " + (1 + random.nextInt(kind == 0 ? rows : 3));
            }
        }
        if (random.nextInt(3) == 0) {
            text += ", where = \"" + pick(random, List.of("i > 0", "ok", "s <> ''")) + "\"";
        }
        return text + " }";
    }

    private static String expression(Random random, Aggregate aggregate) {
        if (aggregate.takesRows() && random.nextBoolean()) {
            return FeatureSpec.ROWS;
        }
        if (aggregate.isNumeric()) {
            return pick(random, NUMBERS);
        }
        return switch (aggregate) {
            case MIN, MAX, DISTINCT -> pick(random, COMPARABLE);
            default -> pick(random, ANY);
        };
    }

    private static List<Row> rows(Random random, ZoneId zone) {
        List<Row> rows = new ArrayList<>();
        for (int entity = 0; entity < ENTITIES; entity++) {
            Instant base = base(random, zone);
            int count = random.nextInt(13);
            int spread = 1 + random.nextInt(500);
            for (int i = 0; i < count; i++) {
                Instant time = base.plus(Duration.ofMinutes(30L * random.nextInt(spread)));
                rows.add(row(
                        random,
                        entity == 0 ? null : "entity-" + entity,
                        random.nextInt(4) == 0 ? time.plusNanos(1_000) : time,
                        rows.size()));
            }
        }
        Collections.shuffle(rows, random);
        return rows;
    }

    /** Often two days before a change of the clocks. */
    private static Instant base(Random random, ZoneId zone) {
        Instant some = Instant.parse("2011-01-01T00:00:00Z").plus(Duration.ofHours(random.nextInt(24 * 400)));
        var next = zone.getRules().nextTransition(some);
        return next == null ? some : next.getInstant().minus(Duration.ofMinutes(30L * random.nextInt(96)));
    }

    static Row row(Random random, String entity, Instant time, int id) {
        return RowFactory.create(
                entity,
                time,
                id,
                orNull(random, number(random)),
                orNull(random, (float) number(random)),
                orNull(random, random.nextLong() >> (6 + random.nextInt(50))),
                orNull(random, random.nextInt(7) - 3),
                orNull(random, BigDecimal.valueOf(random.nextLong() >> random.nextInt(50), 4)),
                orNull(random, BigDecimal.valueOf(random.nextLong(), 2).multiply(BigDecimal.valueOf(1_000_000_007))),
                orNull(random, pick(random, List.of("", "a", "é", "e\u0301", "😀", "b"))),
                orNull(random, pick(random, List.of("", "x", "ÿ")).getBytes(StandardCharsets.UTF_8)),
                orNull(random, random.nextBoolean()),
                orNull(random, LocalDate.ofEpochDay(random.nextInt(5) - 2)),
                orNull(random, Instant.ofEpochSecond(random.nextInt(5) - 2, 1_000)),
                orNull(random, List.of("t" + random.nextInt(3))));
    }

    private static double number(Random random) {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextInt(8) == 0 ? SPECIALS[random.nextInt(3)] : DOUBLES[random.nextInt(DOUBLES.length)];
            case 1 -> 1e9 + random.nextInt(3);
            case 2 -> 7.0;
            case 3 -> Math.scalb(random.nextGaussian(), random.nextInt(200) - 100);
            default -> random.nextInt(100_000) / 100.0;
        };
    }

    private static <T> T orNull(Random random, T value) {
        return random.nextInt(5) == 0 ? null : value;
    }

    private static <T> T pick(Random random, List<T> list) {
        return list.get(random.nextInt(list.size()));
    }

    /** Of every row, by id: the features in the order of their definitions, over these rows. */
    Map<Integer, List<Object>> oracle(List<Row> among) {
        Map<String, List<Row>> byEntity =
                among.stream().collect(Collectors.groupingBy(row -> String.valueOf(row.getString(0))));
        Map<Integer, String> order = new HashMap<>();
        among.forEach(row -> order.put(row.getInt(2), HexFormat.of().formatHex(new RowEncoding(SOURCE).digest(row))));
        Map<Integer, List<Object>> results = new HashMap<>();
        among.forEach(row -> results.put(row.getInt(2), new ArrayList<>()));
        for (List<Row> own : byEntity.values()) {
            for (FeatureSpec spec : features().define()) {
                WindowOracle oracle = new WindowOracle(
                        spec,
                        features().zone(),
                        own.stream()
                                .map(row -> new WindowOracle.Event(
                                        row.getInt(2),
                                        (Instant) row.get(1),
                                        order.get(row.getInt(2)),
                                        meets(spec.where().orElse(""), row),
                                        spec.isOfRows() ? (Object) 1L : value(row, spec.expression())))
                                .toList());
                own.forEach(row -> results.get(row.getInt(2)).add(oracle.at(row.getInt(2))));
            }
        }
        return results;
    }

    static Object value(Row row, String column) {
        return row.get(SOURCE.fieldIndex(column));
    }

    static boolean meets(String where, Row row) {
        return switch (where) {
            case "" -> true;
            case "ok" -> Boolean.TRUE.equals(value(row, "ok"));
            case "i > 0" -> value(row, "i") != null && (Integer) value(row, "i") > 0;
            case "s <> ''" -> value(row, "s") != null && !value(row, "s").equals("");
            default -> throw new IllegalArgumentException(where);
        };
    }
}
