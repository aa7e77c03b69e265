package io.lakeproof.run;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;

import io.lakeproof.delta.Change;
import io.lakeproof.delta.Commit;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.ScopeWrite;
import io.lakeproof.delta.TableProperties;
import io.lakeproof.digest.CanonicalForm;
import io.lakeproof.source.RawColumns;
import io.lakeproof.source.Validation;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The Delta table of refused rows: {@code raw} is the line byte for byte, {@code source_file} where it stood, {@code reason}
 * and {@code detail} why. One partition for each run key, replaced as a whole: a retry writes the same rows to the same place.
 * docs/quarantine.md has the columns.
 */
public final class Quarantine {
    public static final String PIPELINE = "pipeline";
    public static final String SOURCE_FILE = "source_file";
    public static final String REASON = "reason";
    public static final String DETAIL = "detail";
    public static final String EVENT_DATE = "event_date";
    public static final String RAW = "raw";

    /** STRING: the run key of the requeue that brought the row into the table; null as long as it is refused. */
    public static final String REQUEUED_BY = "requeued_by";

    public static final String RUN_KEY = "run_key";

    /** The columns, in their order. */
    public static final List<String> COLUMNS =
            List.of(PIPELINE, SOURCE_FILE, REASON, DETAIL, EVENT_DATE, RAW, REQUEUED_BY, RUN_KEY);

    private static final int RETENTION_DAYS = 365;
    private static final String BY_RUN = "{\"quarantine\":\"";

    private final DeltaStore store;

    public Quarantine(SparkSession spark, String path) {
        this.store = new DeltaStore(spark, path);
    }

    public String path() {
        return store.path();
    }

    /** The newest version; -1 if nothing was ever refused. */
    public long version() {
        return store.version();
    }

    /**
     * Looks whether the refused rows of some runs can be read.
     *
     * @param runKeys holds for the run keys in question
     * @throws io.lakeproof.error.Failure.Archived if files of them lie in an archive
     */
    public void requireReadable(long version, Predicate<String> runKeys) {
        store.requireReadable(
                version, file -> runKeys.test(String.valueOf(file.partition().get(RUN_KEY))));
    }

    /** The rows of one version. */
    public Dataset<Row> read(long version) {
        return store.read(version);
    }

    /** Refused rows of two origins; of each, only the columns of {@link RawColumns} and the event date are taken. */
    public static Dataset<Row> union(Dataset<Row> refused, Dataset<Row> further) {
        Column[] columns = Stream.concat(RawColumns.NAMES.stream(), Stream.of(Validation.EVENT_DATE))
                .map(CanonicalForm::quoted)
                .toArray(Column[]::new);
        return refused.select(columns).unionByName(further.select(columns));
    }

    /**
     * Replaces the refused rows of a run key.
     *
     * @param refused rows with the columns of {@link RawColumns} and the event date, null where it is not known
     * @param attempt tells this commit from that of any other attempt
     */
    public void replace(Dataset<Row> refused, String pipeline, String runKey, String attempt) {
        Dataset<Row> rows = refused.select(
                lit(pipeline).as(PIPELINE),
                quoted(RawColumns.FILE).as(SOURCE_FILE),
                quoted(RawColumns.REASON).as(REASON),
                quoted(RawColumns.DETAIL).as(DETAIL),
                quoted(Validation.EVENT_DATE).as(EVENT_DATE),
                quoted(RawColumns.RAW).as(RAW),
                lit(null).cast("string").as(REQUEUED_BY),
                lit(runKey).as(RUN_KEY));
        commit(rows, List.of(runKey), BY_RUN + runKey + "\",\"attempt\":\"" + attempt + "\"}");
    }

    /**
     * Replaces the rows of run keys by the same rows, of which some were requeued.
     *
     * @param rows with {@link #COLUMNS}
     * @param requeue run key of the requeue
     * @param attempt tells this commit from that of any other attempt
     */
    public void update(Dataset<Row> rows, Collection<String> runKeys, String requeue, String attempt) {
        commit(
                rows.select(COLUMNS.stream().map(CanonicalForm::quoted).toArray(Column[]::new)),
                runKeys,
                "{\"requeue\":\"" + requeue + "\",\"attempt\":\"" + attempt + "\"}");
    }

    /** True if a run has replaced the rows of one of these run keys after a version. */
    public boolean isReplacedSince(long version, Collection<String> runKeys) {
        return store.current(version).stream()
                .flatMap(snapshot -> snapshot.after(version).stream())
                .anyMatch(commit -> runKeys.stream().anyMatch(runKey -> isOf(commit, runKey)));
    }

    /** The run key of the last run of a pipeline that refused rows, as far back as the table's log goes. */
    public Optional<String> newestRunKey(String pipeline) {
        if (!store.exists()) {
            return Optional.empty();
        }
        long version = version();
        Dataset<Row> own = read(version).where(col(PIPELINE).equalTo(pipeline));
        return store.current(DeltaStore.NO_VERSION).stream()
                .flatMap(snapshot -> snapshot.recent().stream())
                .flatMap(commit -> runKey(commit).stream())
                .filter(runKey -> {
                    requireReadable(version, runKey::equals);
                    return !own.where(col(RUN_KEY).equalTo(runKey)).isEmpty();
                })
                .findFirst();
    }

    private void commit(Dataset<Row> rows, Collection<String> runKeys, String metadata) {
        store.commit(new ScopeWrite(
                rows,
                List.of(RUN_KEY),
                TableProperties.keeping(RETENTION_DAYS),
                new Change.Replace(runKeys.stream()
                        .map(runKey -> "'" + runKey + "'")
                        .collect(Collectors.joining(", ", RUN_KEY + " IN (", ")"))),
                store.version(),
                metadata,
                null,
                0));
    }

    private static boolean isOf(Commit commit, String runKey) {
        return runKey(commit).filter(runKey::equals).isPresent();
    }

    private static Optional<String> runKey(Commit commit) {
        String metadata = commit.metadata();
        return metadata == null || !metadata.startsWith(BY_RUN)
                ? Optional.empty()
                : Optional.of(metadata.substring(BY_RUN.length(), metadata.indexOf('"', BY_RUN.length())));
    }
}
