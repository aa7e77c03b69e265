package io.lakeproof.jobs.verify;

import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.LoggedVersion;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.lineage.SealedVersions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SaveMode;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/** A table that plain Delta wrote, by {@code d}, with a seal for each version. */
record SealedFixture(SparkSession spark, Path table, Path ledger) {
    static final StructType SCHEMA = StructType.fromDDL("d STRING, id BIGINT, name STRING, x DOUBLE");

    static SealedFixture in(SparkSession spark, Path folder) {
        return new SealedFixture(spark, folder.resolve("table"), folder.resolve("ledger"));
    }

    /** With one version more than {@code last}, each of which adds 40 rows to a date of its own, and their seals. */
    static SealedFixture sealed(SparkSession spark, Path folder, int last) {
        SealedFixture fixture = in(spark, folder);
        for (int version = 0; version <= last; version++) {
            fixture.append(fixture.rows("2024-11-0" + (version + 1), version, 40), Map.of());
        }
        fixture.seal();
        return fixture;
    }

    DeltaStore store() {
        return new DeltaStore(spark, table.toString());
    }

    /** Rows of a date that no other seed makes. */
    Dataset<Row> rows(String date, int seed, int count) {
        return spark.createDataFrame(
                IntStream.range(0, count)
                        .mapToObj(i ->
                                RowFactory.create(date, seed * 1_000_000L + i, "name " + (i * 31 + seed) % 97, i / 8.0))
                        .toList(),
                SCHEMA);
    }

    void append(Dataset<Row> rows, Map<String, String> options) {
        rows.coalesce(1)
                .write()
                .format("delta")
                .options(options)
                .partitionBy("d")
                .mode(SaveMode.Append)
                .save(table.toString());
    }

    void replace(String date, Dataset<Row> rows) {
        rows.coalesce(1)
                .write()
                .format("delta")
                .mode(SaveMode.Overwrite)
                .option("replaceWhere", "d = '" + date + "'")
                .save(table.toString());
    }

    /** Seals every version with what Delta reads of it. */
    void seal() {
        SortedMap<Long, TableDigest> digests = new TreeMap<>();
        DeltaStore store = store();
        for (long version : store.replay().versions()) {
            Dataset<Row> rows = store.read(version);
            digests.put(version, TableDigest.of(rows.schema(), ContentDigest.of(rows, List.of("d"))));
        }
        seal(digests);
    }

    private void seal(SortedMap<Long, TableDigest> digests) {
        LoggedVersion newest = store().replay().at(store().replay().versions().last());
        SealedVersions.write(spark, ledger.toString(), newest.tableId(), table.toString(), digests);
    }

    /** Deletes the side files in which Hadoop keeps checksums on a local disk; object stores have none. */
    void withoutSideFiles() {
        try (Stream<Path> files = Files.walk(table)) {
            for (Path file : files.filter(f -> f.getFileName().toString().matches("\\..*\\.crc"))
                    .toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
