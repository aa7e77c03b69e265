package io.lakeproof.jobs.dedup;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.digest.CanonicalForm;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.lineage.Contribution;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.Manifest;
import io.lakeproof.run.Quarantine;
import io.lakeproof.source.InputListing;
import io.lakeproof.source.Lateness;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * Rows of the quarantine that a requeue may try: not requeued yet, and refused by the run that was the last to read their
 * input. What an earlier run refused says nothing of the table: the input was read again since, whole, and its rows are in the
 * table or in a later run's part of the quarantine.
 */
final class RefusedRows {
    /** BIGINT: as {@link Lateness} says it of the row's input. */
    static final String LATE_BEFORE = "late_before";

    private static final String ELIGIBLE = "eligible";
    private static final StructType GROUPS = StructType.fromDDL(
            "run_key STRING, source_file STRING, event_date STRING, late_before BIGINT, eligible BOOLEAN");

    /** Rows of one run, input and event date: a requeue takes all of them or none. */
    private record Group(
            String runKey, String file, @Nullable String date, Contribution reading) {}

    private static final StructType NOTHING = StructType.fromDDL("pipeline STRING, source_file STRING, reason STRING,"
            + " detail STRING, event_date STRING, raw BINARY, requeued_by STRING, run_key STRING, late_before BIGINT,"
            + " eligible BOOLEAN");

    private final SparkSession spark;
    private final Quarantine quarantine;
    private final long version;
    private final Column selected;
    private final List<Group> groups;
    private final Dataset<Row> eligible;

    private RefusedRows(
            SparkSession spark,
            Quarantine quarantine,
            long version,
            Column selected,
            List<Group> groups,
            Dataset<Row> eligible) {
        this.spark = spark;
        this.quarantine = quarantine;
        this.version = version;
        this.selected = selected;
        this.groups = groups;
        this.eligible = eligible;
    }

    /**
     * Finds them, as the quarantine is now.
     *
     * @param readings what runs took from the inputs
     */
    static RefusedRows find(
            SparkSession spark,
            PipelineConfig pipeline,
            RequeueSelection selection,
            Readings readings,
            Lateness lateness) {
        Quarantine quarantine = new Quarantine(spark, pipeline.quarantinePath());
        long version = quarantine.version();
        if (version >= 0) {
            quarantine.requireReadable(
                    version, key -> selection.runKey().map(key::startsWith).orElse(true));
        }
        Column selected = selected(pipeline.name(), selection);
        List<Group> groups =
                version < 0 ? List.of() : groups(quarantine.read(version).where(selected), readings);
        List<Row> marked = groups.stream()
                .map(group -> RowFactory.create(
                        group.runKey,
                        group.file,
                        group.date,
                        lateness.before(group.file, group.reading.scope().to().orElse(null)),
                        true))
                .toList();
        return new RefusedRows(spark, quarantine, version, selected, groups, spark.createDataFrame(marked, GROUPS));
    }

    private static Column selected(String pipeline, RequeueSelection selection) {
        Column open = col(Quarantine.PIPELINE)
                .equalTo(pipeline)
                .and(col(Quarantine.REQUEUED_BY).isNull())
                // They lost to another row of their key, and would again.
                .and(not(col(Quarantine.REASON).isin(Losers.CONFLICT, Losers.DISPLACED)));
        Column ofRun = selection
                .runKey()
                .map(key -> open.and(col(Quarantine.RUN_KEY).startsWith(key)))
                .orElse(open);
        return selection
                .reason()
                .map(reason -> ofRun.and(col(Quarantine.REASON).equalTo(reason)))
                .orElse(ofRun);
    }

    private static List<Group> groups(Dataset<Row> open, Readings readings) {
        List<Row> found = open.select(Quarantine.RUN_KEY, Quarantine.SOURCE_FILE, Quarantine.EVENT_DATE)
                .distinct()
                .collectAsList();
        Map<String, List<Contribution>> byPath = readings.of(found.stream()
                .map(row -> InputListing.ofUri(row.getString(1)))
                .distinct()
                .toList());
        List<Group> groups = new ArrayList<>();
        for (Row row : found) {
            List<Contribution> ofInput = byPath.getOrDefault(InputListing.ofUri(row.getString(1)), List.of());
            readings.last(ofInput, row.getString(2))
                    .filter(last -> last.runKey().equals(row.getString(0)))
                    .ifPresent(
                            last -> groups.add(new Group(row.getString(0), row.getString(1), row.getString(2), last)));
        }
        return groups;
    }

    boolean isEmpty() {
        return groups.isEmpty();
    }

    /** The runs that refused them. */
    Collection<String> runKeys() {
        return new TreeSet<>(groups.stream().map(Group::runKey).toList());
    }

    /** The inputs that they stood in, each as it was when it was read. */
    Manifest inputs() {
        return new Manifest(
                groups.stream().map(group -> group.reading.input().file()).toList());
    }

    /** What tells them from any other set of refused rows: for each run how many there are, and their digest. */
    Manifest identity() {
        Map<String, InputFile> parts = new TreeMap<>();
        if (!isEmpty()) {
            Column[] columns =
                    Quarantine.COLUMNS.stream().map(CanonicalForm::quoted).toArray(Column[]::new);
            ContentDigest.of(rows().select(columns), List.of(Quarantine.RUN_KEY))
                    .forEach((path, digest) -> parts.put(
                            path, new InputFile(quarantine.path() + "/" + path, digest.count(), 0, digest.sum())));
        }
        return new Manifest(List.copyOf(parts.values()));
    }

    /** The rows, with the columns of the quarantine and {@link #LATE_BEFORE}. */
    Dataset<Row> rows() {
        return ofTheirRuns().where(isEligible()).drop(ELIGIBLE);
    }

    /** The other rows of the runs that refused them, with the columns of the quarantine. */
    Dataset<Row> untouched() {
        return ofTheirRuns().where(not(isEligible())).drop(ELIGIBLE, LATE_BEFORE);
    }

    /** True if a run has since written its part of the quarantine anew. */
    boolean isOutdated() {
        return quarantine.isReplacedSince(version, runKeys());
    }

    /** The requeues that have brought rows into the table which the selection would name if they had not. */
    List<String> earlierRequeues(String pipeline, RequeueSelection selection) {
        if (version < 0) {
            return List.of();
        }
        Column own = col(Quarantine.PIPELINE)
                .equalTo(pipeline)
                .and(col(Quarantine.REQUEUED_BY).isNotNull());
        Column ofRun = selection
                .runKey()
                .map(key -> own.and(col(Quarantine.RUN_KEY).startsWith(key)))
                .orElse(own);
        Column ofReason = selection
                .reason()
                .map(reason -> ofRun.and(col(Quarantine.REASON).equalTo(reason)))
                .orElse(ofRun);
        return quarantine
                .read(version)
                .where(ofReason)
                .select(Quarantine.REQUEUED_BY)
                .distinct()
                .collectAsList()
                .stream()
                .map(row -> row.getString(0))
                .toList();
    }

    private Dataset<Row> ofTheirRuns() {
        if (isEmpty()) {
            return spark.createDataFrame(List.of(), NOTHING);
        }
        Dataset<Row> all =
                quarantine.read(version).where(col(Quarantine.RUN_KEY).isInCollection(runKeys()));
        Column same = all.col(Quarantine.RUN_KEY)
                .equalTo(eligible.col(Quarantine.RUN_KEY))
                .and(all.col(Quarantine.SOURCE_FILE).equalTo(eligible.col(Quarantine.SOURCE_FILE)))
                .and(all.col(Quarantine.EVENT_DATE).eqNullSafe(eligible.col(Quarantine.EVENT_DATE)));
        return all.join(broadcast(eligible), same, "left")
                .select(Stream.concat(
                                Quarantine.COLUMNS.stream().map(all::col),
                                Stream.of(eligible.col(LATE_BEFORE), eligible.col(ELIGIBLE)))
                        .toArray(Column[]::new));
    }

    private Column isEligible() {
        return coalesce(selected.and(col(ELIGIBLE)), lit(false));
    }

    /** What earlier runs took from inputs. */
    interface Readings {
        /** By path, in the order of the runs. */
        Map<String, List<Contribution>> of(Collection<String> paths);

        /**
         * The last run that read all rows of this event date from an input, if the input is not gone.
         *
         * @param date null for a row whose date is not known
         */
        Optional<Contribution> last(List<Contribution> ofInput, @Nullable String date);
    }
}
