package io.lakeproof.lineage;

import static org.apache.spark.sql.functions.expr;

import io.lakeproof.delta.PartitionPredicate;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.model.CuratedScope;
import io.lakeproof.model.InputFile;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A sealed table by event date, or the rows of one model version of a curated table. */
public final class SourceDates implements DatedRows {
    /** The partition column of a table by event date. */
    public static final String EVENT_DATE = "event_date";

    private final SealedSource source;
    private final Optional<String> model;
    private final List<String> columns;
    private final SortedMap<String, Long> rows = new TreeMap<>();

    /**
     * Of one table.
     *
     * @param model of a curated table; empty for a table by event date
     * @throws IllegalArgumentException if the table is partitioned otherwise, in words that follow its path
     */
    public SourceDates(SealedSource source, Optional<String> model) {
        this.source = source;
        this.model = model;
        this.columns = source.store().partitionColumns();
        if (!columns.equals(model.isPresent() ? CuratedScope.COLUMNS : List.of(EVENT_DATE))) {
            throw new IllegalArgumentException("is partitioned by " + columns + ", not by "
                    + (model.isPresent() ? "year, month, day and model" : "event_date alone"));
        }
        source.seal()
                .digest()
                .partitions()
                .forEach((path, digest) -> date(path).ifPresent(date -> rows.put(date, digest.count())));
    }

    @Override
    public SortedMap<String, Long> rowsByDate() {
        return rows;
    }

    /** Those of some dates that have rows. */
    public SortedSet<String> among(Collection<String> dates) {
        SortedSet<String> among = new TreeSet<>(dates);
        among.retainAll(rows.keySet());
        return among;
    }

    /** How many rows these dates have. */
    public long rowsOf(Collection<String> dates) {
        return dates.stream().mapToLong(date -> rows.getOrDefault(date, 0L)).sum();
    }

    @Override
    public Dataset<Row> read(Collection<String> dates) {
        return source.rows(paths(dates));
    }

    @Override
    public Dataset<Row> read(long version, Collection<String> dates) {
        return source.store().read(version).where(expr(PartitionPredicate.of(columns, paths(dates))));
    }

    public String path() {
        return source.path();
    }

    public SealedSource source() {
        return source;
    }

    /** The columns that partition the table. */
    public List<String> partitionColumns() {
        return columns;
    }

    /** The dates that have rows now, and those of some partitions. */
    public SortedSet<String> everKnown(Collection<String> partitions) {
        SortedSet<String> dates = all();
        partitions.forEach(path -> date(path).ifPresent(dates::add));
        return dates;
    }

    /** True if an input is this table, be it an older version. */
    public boolean isTable(InputFile input) {
        return source.seal().tableId().equals(input.etag());
    }

    /** The digests of these dates' partitions, of those that have rows, by path. */
    public SortedMap<String, String> digests(Collection<String> dates) {
        return source.digests(paths(dates));
    }

    /** Whether the rows of a date are those that an earlier run saw. */
    public boolean isAsSeen(String date, SortedMap<String, String> seen) {
        String path = path(date);
        MultisetDigest now = source.seal().digest().partitions().get(path);
        String then = seen.get(path);
        return now == null ? then == null : TableDigest.partitionDigest(now).equals(then);
    }

    /** The partition of a date. */
    public String path(String date) {
        return model.map(name -> CuratedScope.partition(date, name)).orElse(EVENT_DATE + "=" + date);
    }

    private Optional<String> date(String path) {
        return model.isPresent()
                ? CuratedScope.date(path, model.get())
                : Optional.of(path.substring(path.indexOf('=') + 1));
    }

    /** The partitions of some dates. */
    public List<String> paths(Collection<String> dates) {
        return dates.stream().map(this::path).toList();
    }
}
