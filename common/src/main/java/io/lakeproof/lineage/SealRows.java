package io.lakeproof.lineage;

import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.RowEncoding;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.ModelVersion;
import io.lakeproof.model.Outcome;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/** Seals as rows of the ledger, and back. */
final class SealRows {
    /** Every column but the last, {@code seal}, which is the digest of the others. */
    private static final StructType SEALED = StructType.fromDDL("""
            table_id STRING, sequence BIGINT, version BIGINT, version_before BIGINT, table_path STRING,
            pipeline STRING, job STRING, outcome STRING, run_key STRING, run_id STRING, sealed_at TIMESTAMP,
            scope_from STRING, scope_to STRING, model STRING, definitions STRING,
            dates ARRAY<STRING>, replaced_partitions ARRAY<STRING>,
            digest_version INT, digest STRING, schema_digest STRING, row_count BIGINT,
            partitions ARRAY<STRUCT<path: STRING, count: BIGINT, sum: STRING, digest: STRING>>,
            config_digest STRING,
            inputs ARRAY<STRUCT<path: STRING, length: BIGINT, modified_ms: BIGINT, etag: STRING, dates: ARRAY<STRING>,
                partitions: MAP<STRING, STRING>>>,
            others ARRAY<STRUCT<path: STRING, length: BIGINT, modified_ms: BIGINT, etag: STRING, dates: ARRAY<STRING>,
                partitions: MAP<STRING, STRING>>>,
            read BIGINT, kept BIGINT, replaced BIGINT, exact_duplicates BIGINT, conflict_duplicates BIGINT,
            quarantined MAP<STRING, BIGINT>,
            lakeproof_version STRING, previous STRING
            """.replace("\n", " "));

    /** The columns of the ledger. */
    static final StructType SCHEMA = SEALED.add("seal", "string");

    private SealRows() {}

    /** The row without its last column. */
    static Row toRow(Seal seal) {
        List<Row> partitions = new ArrayList<>();
        seal.digest()
                .partitions()
                .forEach((path, rows) -> partitions.add(
                        RowFactory.create(path, rows.count(), rows.sum(), TableDigest.partitionDigest(rows))));
        Counts counts = seal.counts();
        return RowFactory.create(
                seal.tableId(),
                seal.sequence(),
                seal.version(),
                seal.versionBefore(),
                seal.tablePath(),
                seal.pipeline(),
                seal.job(),
                seal.outcome().name(),
                seal.runKey(),
                seal.runId(),
                seal.sealedAt(),
                seal.scope().from().map(LocalDate::toString).orElse(null),
                seal.scope().to().map(LocalDate::toString).orElse(null),
                seal.model().map(ModelVersion::name).orElse(null),
                seal.model().map(ModelVersion::definitions).orElse(null),
                seal.dates(),
                seal.replacedPartitions(),
                TableDigest.VERSION,
                seal.digest().hex(),
                seal.digest().schemaDigest(),
                seal.digest().rows(),
                partitions,
                seal.configDigest(),
                inputRows(seal.inputs()),
                inputRows(seal.others()),
                counts.read(),
                counts.kept(),
                counts.replaced(),
                counts.exactDuplicates(),
                counts.conflictDuplicates(),
                counts.quarantined(),
                seal.lakeproofVersion(),
                seal.previous());
    }

    /** The row with its seal. */
    static Row sealed(Seal seal) {
        Row row = toRow(seal);
        Object[] values = new Object[SCHEMA.length()];
        for (int i = 0; i < row.length(); i++) {
            values[i] = row.get(i);
        }
        values[row.length()] = sealDigest(row);
        return RowFactory.create(values);
    }

    /** True if the row's own digest is the one it carries. */
    static boolean isIntact(Row row) {
        return sealDigest(row).equals(row.getAs("seal"));
    }

    /** The digest of a ledger row, its last column left out. */
    static String sealDigest(Row row) {
        return HexFormat.of().formatHex(new RowEncoding(SEALED).digest(row));
    }

    /** @throws Failure.Integrity if the row is not what was sealed */
    static Seal fromRow(Row row) {
        if (!isIntact(row)) {
            throw new Failure.Integrity(
                    "the ledger's seal of version " + row.getAs("version") + " of " + row.getAs("table_path")
                            + " was changed after it was written",
                    "Find out who changed the ledger; restore it to a version before the change.");
        }
        TreeMap<String, MultisetDigest> partitions = new TreeMap<>();
        for (Row partition : row.<Row>getList(row.fieldIndex("partitions"))) {
            partitions.put(partition.getString(0), MultisetDigest.parse(partition.getLong(1), partition.getString(2)));
        }
        return new Seal(
                row.getAs("sequence"),
                row.getAs("table_id"),
                row.getAs("table_path"),
                row.getAs("version"),
                row.getAs("version_before"),
                row.getAs("pipeline"),
                row.getAs("job"),
                Outcome.valueOf(row.getAs("outcome")),
                row.getAs("run_key"),
                row.getAs("run_id"),
                row.getAs("sealed_at"),
                new DateScope(date(row.getAs("scope_from")), date(row.getAs("scope_to"))),
                model(row),
                row.getList(row.fieldIndex("dates")),
                row.getList(row.fieldIndex("replaced_partitions")),
                new TableDigest(row.getAs("schema_digest"), partitions),
                row.getAs("config_digest"),
                inputs(row, "inputs"),
                inputs(row, "others"),
                counts(row),
                row.getAs("lakeproof_version"),
                row.getAs("previous"));
    }

    /** @param input path, length, modified_ms, etag, dates, partitions */
    static SealedInput input(Row input) {
        return new SealedInput(
                new InputFile(input.getString(0), input.getLong(1), input.getLong(2), input.getString(3)),
                input.getList(4),
                new TreeMap<>(input.<String, String>getJavaMap(5)));
    }

    private static List<SealedInput> inputs(Row row, String column) {
        return row.<Row>getList(row.fieldIndex(column)).stream()
                .map(SealRows::input)
                .toList();
    }

    private static List<Row> inputRows(List<SealedInput> inputs) {
        return inputs.stream()
                .map(input -> RowFactory.create(
                        input.file().path(),
                        input.file().length(),
                        input.file().modifiedMillis(),
                        input.file().etag(),
                        input.dates(),
                        input.partitions()))
                .toList();
    }

    private static Optional<ModelVersion> model(Row row) {
        return row.isNullAt(row.fieldIndex("model"))
                ? Optional.empty()
                : Optional.of(new ModelVersion(row.getAs("model"), row.getAs("definitions")));
    }

    static Optional<LocalDate> date(@Nullable String text) {
        return Optional.ofNullable(text).map(LocalDate::parse);
    }

    private static Counts counts(Row row) {
        Map<String, Long> quarantined = row.getJavaMap(row.fieldIndex("quarantined"));
        return new Counts(
                row.getAs("read"),
                row.getAs("kept"),
                row.getAs("replaced"),
                row.getAs("exact_duplicates"),
                row.getAs("conflict_duplicates"),
                new TreeMap<>(quarantined));
    }
}
