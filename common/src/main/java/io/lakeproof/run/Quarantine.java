package io.lakeproof.run;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static org.apache.spark.sql.functions.lit;

import io.lakeproof.delta.Change;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.ScopeWrite;
import io.lakeproof.delta.TableProperties;
import io.lakeproof.digest.CanonicalForm;
import io.lakeproof.source.RawColumns;
import java.util.List;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * The Delta table of refused rows: {@code raw} is the line byte for byte, {@code source_file} where it stood, {@code reason}
 * and {@code detail} why. One partition for each run key, replaced as a whole: a retry writes the same rows to the same place.
 */
public final class Quarantine {
    private static final String RUN_KEY = "run_key";
    private static final int RETENTION_DAYS = 365;

    private final DeltaStore store;

    public Quarantine(SparkSession spark, String path) {
        this.store = new DeltaStore(spark, path);
    }

    public String path() {
        return store.path();
    }

    /** Refused rows of two origins; of each, only the columns of {@link RawColumns} are taken. */
    public static Dataset<Row> union(Dataset<Row> refused, Dataset<Row> further) {
        Column[] columns = RawColumns.NAMES.stream().map(CanonicalForm::quoted).toArray(Column[]::new);
        return refused.select(columns).unionByName(further.select(columns));
    }

    /**
     * Replaces the refused rows of a run key.
     *
     * @param refused rows with the columns of {@link RawColumns}
     * @param attempt tells this commit from that of any other attempt
     */
    public void replace(Dataset<Row> refused, String pipeline, String runKey, String attempt) {
        Dataset<Row> rows = refused.select(
                lit(pipeline).as("pipeline"),
                quoted(RawColumns.FILE).as("source_file"),
                quoted(RawColumns.REASON).as("reason"),
                quoted(RawColumns.DETAIL).as("detail"),
                quoted(RawColumns.RAW).as("raw"),
                lit(runKey).as(RUN_KEY));
        store.commit(new ScopeWrite(
                rows,
                List.of(RUN_KEY),
                TableProperties.keeping(RETENTION_DAYS),
                new Change.Replace(RUN_KEY + " = '" + runKey + "'"),
                store.version(),
                "{\"quarantine\":\"" + runKey + "\",\"attempt\":\"" + attempt + "\"}",
                null,
                0));
    }
}
