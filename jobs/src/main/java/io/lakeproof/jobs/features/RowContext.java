package io.lakeproof.jobs.features;

import static io.lakeproof.jobs.features.EntityRows.DATE;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.lakeproof.lineage.DatedRows;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The rows before some dates that windows of rows reach back to. It walks back through the stored dates in growing chunks
 * ({@link DateWalk}), and counts in each the rows of the entities at hand, date by date, until each has rows enough; it ends
 * when none is short of rows, or with the first date. So it learns at which dates which entities have the rows that are needed,
 * from their columns and inputs alone; only these dates are read in full. An entity with too little history is counted in all
 * of it.
 */
final class RowContext implements AutoCloseable {
    private final EntityRows entities;
    private final DatedRows source;
    private final FiniteInputs finite;
    private final long firstRows;
    private final List<Dataset<Row>> kept = new ArrayList<>();

    /** Entities and dates of which rows are wanted. */
    private final List<Dataset<Row>> wanted = new ArrayList<>();

    private final SortedSet<String> dates = new TreeSet<>();

    /**
     * Of a source.
     *
     * @param firstRows how many rows the first step back has, at least
     */
    RowContext(EntityRows entities, DatedRows source, FiniteInputs finite, long firstRows) {
        this.entities = entities;
        this.source = source;
        this.finite = finite;
        this.firstRows = firstRows;
    }

    /**
     * Walks back from a block of dates.
     *
     * @param whole dates of which every row is read anyway
     */
    void walkBack(SortedSet<String> block, SortedSet<String> whole) {
        List<String> earlier =
                List.copyOf(source.all().headSet(block.first(), false).descendingSet());
        DateWalk walk = new DateWalk(earlier, source.rowsByDate(), whole::contains, firstRows);
        Dataset<Row> looking = keep(entities.startingWith(finite.accepted(source.read(block))));
        Optional<Column> within = Optional.of(lit(true));
        while (walk.hasNext() && within.isPresent()) {
            List<String> chunk = walk.next();
            Dataset<Row> counted = keep(entities.countedBack(looking, within.get(), chunk));
            looking = counted.where(col(DATE).isNull()).drop(DATE);
            within = note(counted, whole.contains(chunk.get(0)));
        }
    }

    /**
     * Notes the dates that have wanted rows.
     *
     * @param areRead every row of these dates is read anyway
     * @return where to look for the entities that are still short of rows; empty if there are none
     */
    private Optional<Column> note(Dataset<Row> counted, boolean areRead) {
        Optional<Column> within = Optional.empty();
        List<Column> bounds = entities.bounds();
        boolean any = false;
        for (Row row : counted.groupBy(DATE).agg(bounds.get(0), bounds.get(1)).collectAsList()) {
            if (row.isNullAt(0)) {
                within = Optional.of(entities.within(row.get(1), row.get(2)));
            } else if (!areRead) {
                dates.add(row.getString(0));
                any = true;
            }
        }
        if (any) {
            wanted.add(counted.where(col(DATE).isNotNull()));
        }
        return within;
    }

    /** The dates of which rows of some entities are read. */
    SortedSet<String> dates() {
        return new TreeSet<>(dates);
    }

    /** The rows found, each once: of each date those of the entities that need them; empty if no date has any. */
    Optional<Dataset<Row>> rows() {
        return wanted.stream().reduce(Dataset::unionByName).map(all -> entities.at(source.read(dates), all));
    }

    private Dataset<Row> keep(Dataset<Row> rows) {
        Dataset<Row> persisted = rows.persist(StorageLevel.MEMORY_AND_DISK());
        kept.add(persisted);
        return persisted;
    }

    @Override
    public void close() {
        kept.forEach(Dataset::unpersist);
    }
}
