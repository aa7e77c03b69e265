package io.lakeproof.jobs.features;

import static io.lakeproof.source.Validation.EVENT_DATE;
import static org.apache.spark.sql.functions.expr;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.delta.PartitionPredicate;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.lineage.SealedSource;
import io.lakeproof.model.InputFile;
import java.util.Collection;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A sealed table by event date. */
final class SourceDates implements DatedRows {
    private final SealedSource source;
    private final SortedMap<String, Long> rows = new TreeMap<>();

    /** @throws io.lakeproof.error.Failure.Configuration if the table is not partitioned by the event date alone */
    SourceDates(SealedSource source, PipelineConfig pipeline) {
        this.source = source;
        List<String> columns = source.store().partitionColumns();
        if (!columns.equals(List.of(EVENT_DATE))) {
            throw pipeline.problem(
                    "features.source",
                    "= \"" + source.path() + "\" is partitioned by " + columns + ", not by event_date alone",
                    "Name a clean table that `dedup` has made.");
        }
        source.seal().digest().partitions().forEach((path, digest) -> rows.put(date(path), digest.count()));
    }

    @Override
    public SortedMap<String, Long> rowsByDate() {
        return rows;
    }

    /** Those of some dates that have rows. */
    SortedSet<String> among(Collection<String> dates) {
        SortedSet<String> among = new TreeSet<>(dates);
        among.retainAll(rows.keySet());
        return among;
    }

    /** How many rows these dates have. */
    long rowsOf(Collection<String> dates) {
        return dates.stream().mapToLong(date -> rows.getOrDefault(date, 0L)).sum();
    }

    @Override
    public Dataset<Row> read(Collection<String> dates) {
        return source.rows(paths(dates));
    }

    @Override
    public Dataset<Row> read(long version, Collection<String> dates) {
        return source.store().read(version).where(expr(PartitionPredicate.of(List.of(EVENT_DATE), paths(dates))));
    }

    String path() {
        return source.path();
    }

    /** The dates that have rows now, and those of some partitions. */
    SortedSet<String> everKnown(Collection<String> partitions) {
        SortedSet<String> dates = all();
        partitions.forEach(path -> dates.add(date(path)));
        return dates;
    }

    /** True if an input is this table, be it an older version. */
    boolean isTable(InputFile input) {
        return source.seal().tableId().equals(input.etag());
    }

    /** The digests of these dates' partitions, of those that have rows, by path. */
    SortedMap<String, String> digests(Collection<String> dates) {
        return source.digests(paths(dates));
    }

    /** Whether the rows of a date are those that an earlier run saw. */
    boolean isAsSeen(String date, SortedMap<String, String> seen) {
        String path = path(date);
        MultisetDigest now = source.seal().digest().partitions().get(path);
        String then = seen.get(path);
        return now == null ? then == null : TableDigest.partitionDigest(now).equals(then);
    }

    static String path(String date) {
        return EVENT_DATE + "=" + date;
    }

    private static String date(String path) {
        return path.substring(path.indexOf('=') + 1);
    }

    private static List<String> paths(Collection<String> dates) {
        return dates.stream().map(SourceDates::path).toList();
    }
}
