package io.lakeproof.jobs.features;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.SparkTest;
import io.lakeproof.config.Aggregate;
import io.lakeproof.config.FeatureSpec;
import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.Ties;
import io.lakeproof.config.Window;
import io.lakeproof.lineage.DatedRows;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The walk back in many small steps, against the rows of each entity in a list. */
@Tag("long")
class RowWalkTest extends SparkTest {
    private static final long SEED = 8;
    private static final int LONGEST = 3;
    private static final int ENTITIES = 200;

    /** Dates, entities and whether the row meets the condition of the window. */
    private final class Stored implements DatedRows {
        private final List<Row> rows = new ArrayList<>();

        Stored(Random random) {
            for (int day = 1; day <= 14; day++) {
                for (int entity = 0; entity < ENTITIES; entity++) {
                    if (random.nextInt(ENTITIES) >= entity) { // the first have rows on every date, the last hardly any
                        rows.add(RowFactory.create(
                                LocalDate.of(2024, 11, day).toString(),
                                entity == 0 ? null : "e" + entity,
                                rows.size(),
                                random.nextBoolean()));
                    }
                }
            }
        }

        @Override
        public SortedMap<String, Long> rowsByDate() {
            SortedMap<String, Long> byDate = new TreeMap<>();
            rows.forEach(row -> byDate.merge(row.getString(0), 1L, Long::sum));
            return byDate;
        }

        @Override
        public Dataset<Row> read(Collection<String> dates) {
            StructType schema = StructType.fromDDL("event_date STRING, entity STRING, id INT, ok BOOLEAN");
            return session()
                    .createDataFrame(rows, schema)
                    .coalesce(1)
                    .where(org.apache.spark.sql.functions.col("event_date").isInCollection(dates));
        }

        @Override
        public Dataset<Row> read(long version, Collection<String> dates) {
            return read(dates);
        }
    }

    @Test
    void findsTheLastRowsOfTheEntitiesAtHandAndEachRowOnce() {
        Stored stored = new Stored(new Random(SEED));
        List<FeatureSpec> features = List.of(new FeatureSpec(
                "n", Aggregate.COUNT, "*", new Window.Rows(LONGEST), false, Ties.ORDERED, 0, Optional.of("ok")));
        FeaturesConfig config = new FeaturesConfig(
                ZoneOffset.UTC, List.of(), List.of("entity"), "t", "v", "s", "t", 1, List.of(), features);
        FiniteInputs finite = new FiniteInputs(features, stored.read(List.of()));
        EntityRows entities = new EntityRows(config, new Reach(config), stored, finite);
        SortedSet<String> first = new TreeSet<>(List.of("2024-11-08"));
        SortedSet<String> second = new TreeSet<>(List.of("2024-11-13", "2024-11-14"));
        SortedSet<String> whole =
                new TreeSet<>(List.of("2024-11-07", "2024-11-08", "2024-11-12", "2024-11-13", "2024-11-14"));

        List<Integer> found = new ArrayList<>();
        SortedSet<String> dates;
        try (RowContext context = new RowContext(entities, stored, finite, 1)) {
            context.walkBack(first, whole);
            context.walkBack(second, whole);
            context.rows().orElseThrow().select("id").collectAsList().forEach(row -> found.add(row.getInt(0)));
            dates = context.dates();
        }

        Set<Integer> needed = new HashSet<>();
        needed.addAll(needed(stored, first, whole));
        needed.addAll(needed(stored, second, whole));
        assertThat(found).as("seed %d", SEED).doesNotHaveDuplicates().containsAll(needed);
        assertThat(dates).doesNotContainAnyElementsOf(whole);
        assertThat(found)
                .as("seed %d", SEED)
                .allMatch(id -> isShortAt(stored, first, id) || isShortAt(stored, second, id));
    }

    /** The row's entity is in the block, and has fewer rows that count than wanted between the row's date and the block. */
    private static boolean isShortAt(Stored stored, SortedSet<String> block, int id) {
        Row row = stored.rows.get(id);
        boolean isAtHand = stored.rows.stream()
                .anyMatch(other -> block.contains(other.getString(0)) && Objects.equals(other.get(1), row.get(1)));
        long between = stored.rows.stream()
                .filter(other -> Objects.equals(other.get(1), row.get(1)) && other.getBoolean(3))
                .filter(other -> other.getString(0).compareTo(row.getString(0)) > 0
                        && other.getString(0).compareTo(block.first()) < 0)
                .count();
        return isAtHand && row.getString(0).compareTo(block.first()) < 0 && between < LONGEST;
    }

    /** Rows before the block back to the last but two that meet the condition, less those that are read anyway. */
    private static Set<Integer> needed(Stored stored, SortedSet<String> block, SortedSet<String> whole) {
        Set<Object> entities = new HashSet<>();
        stored.rows.stream().filter(row -> block.contains(row.getString(0))).forEach(row -> entities.add(row.get(1)));
        Set<Integer> needed = new HashSet<>();
        for (Object entity : entities) {
            int left = LONGEST;
            for (int i = stored.rows.size() - 1; i >= 0 && left > 0; i--) {
                Row row = stored.rows.get(i);
                if (Objects.equals(row.get(1), entity)
                        && row.getString(0).compareTo(block.first()) < 0
                        && row.getBoolean(3)) {
                    left--;
                    if (!whole.contains(row.getString(0))) {
                        needed.add(i);
                    }
                }
            }
        }
        return needed;
    }
}
