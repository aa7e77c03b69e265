package io.lakeproof.jobs.features;

import io.lakeproof.lineage.DatedRows;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;

/**
 * The rows before some dates that windows of rows reach back to. It walks back through the stored dates in
 * growing chunks ({@link DateWalk}), and looks only for entities that have rows at the dates at hand and too few rows since; it ends when there are none,
 * or no more dates. An entity with too little history is looked for in all of it: in its columns, time and inputs only.
 */
final class RowContext implements AutoCloseable {
    private final EntityRows entities;
    private final DatedRows source;
    private final FiniteInputs finite;
    private final long firstRows;
    private final List<Dataset<Row>> kept = new ArrayList<>();

    /** For each date, sets of entities whose rows are wanted. */
    private final TreeMap<String, List<Dataset<Row>>> wanted = new TreeMap<>();

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
        while (walk.hasNext() && !looking.isEmpty()) {
            List<String> chunk = walk.next();
            if (!whole.contains(chunk.get(0))) {
                for (String date : chunk) {
                    wanted.computeIfAbsent(date, d -> new ArrayList<>()).add(looking);
                }
            }
            looking = walk.hasNext() ? keep(entities.counted(looking, chunk).where(entities.isShort())) : looking;
        }
    }

    /** The dates of which rows of some entities are read. */
    SortedSet<String> dates() {
        return new TreeSet<>(wanted.keySet());
    }

    /** The rows found, each once: of each date those of the entities that were looked for there. */
    List<Dataset<Row>> rows() {
        Map<List<Dataset<Row>>, TreeSet<String>> datesBySets = new LinkedHashMap<>();
        wanted.forEach((date, sets) ->
                datesBySets.computeIfAbsent(sets, s -> new TreeSet<>()).add(date));
        List<Dataset<Row>> rows = new ArrayList<>();
        datesBySets.forEach((sets, dates) -> rows.add(entities.of(
                source.read(dates), sets.stream().reduce(Dataset::unionByName).orElseThrow())));
        return rows;
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
