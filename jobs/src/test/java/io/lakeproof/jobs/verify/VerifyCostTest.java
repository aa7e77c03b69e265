package io.lakeproof.jobs.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakeproof.SparkTest;
import io.lakeproof.digest.ContentDigest;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.lineage.SealedVersions;
import io.lakeproof.model.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read, in bytes, as Hadoop's local file system counts them. */
@Tag("long")
class VerifyCostTest extends SparkTest {
    private static final int VERSIONS = 50;
    private static final int LIVE = 10;
    private static final int ROWS = 3_000;
    private static final double MOST = 1.3;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path folder;

    @Test
    void eachDistinctFileOfFiftyVersionsIsReadOnce() throws IOException {
        SealedFixture fixture = fiftyVersions();
        long once = 0;
        for (Path file : parquet(fixture.table())) {
            once += Files.size(file);
        }
        VerifyRun.of(fixture, VerifyRun.all(Level.LOG));

        for (Level level : List.of(Level.CONTENT, Level.BYTES)) {
            long before = bytesRead();
            VerifyRun run = VerifyRun.of(fixture, VerifyRun.all(level));
            long read = bytesRead() - before;

            System.out.println(
                    "verify --all --level " + level + ": " + read + " bytes read of " + once + " in distinct files");
            assertThat(run.outcome()).isEqualTo(Outcome.DONE);
            assertThat(run.summary()).anyMatch(line -> line.endsWith("50 versions from 0 to 49: OK"));
            // The log and the ledger included.
            assertThat((double) read).as("level " + level).isBetween(once * 0.9, once * MOST);
        }
    }

    @Test
    void theBytesOfANestedColumnAreReadOnce() throws IOException {
        Path table = folder.resolve("nested");
        session()
                .range(0, 20_000, 1, 1)
                .selectExpr("named_struct('a', id, 'b', sha2(cast(id as string), 256), 'c', named_struct('d', id * 7,"
                        + " 'e', array(id, id + 1), 'f', cast(id as string))) as s")
                .write()
                .parquet(table.toString());
        Path file = parquet(table).get(0);
        long before = bytesRead();

        assertThat(ParquetCheck.problem(
                        new org.apache.hadoop.fs.Path(file.toUri()), Files.size(file), new Configuration()))
                .isEmpty();

        assertThat((double) bytesRead() - before).isBetween(Files.size(file) * 0.9, Files.size(file) * 1.1);
    }

    /** Each version adds a file in a partition of its own and takes away the one that came ten versions before. */
    private SealedFixture fiftyVersions() throws IOException {
        SealedFixture fixture = SealedFixture.in(session(), folder);
        Dataset<Row> rows = session()
                .range(0, VERSIONS * ROWS, 1, 4)
                .selectExpr(
                        "format_string('v%02d', id % " + VERSIONS + ") as d",
                        "id",
                        "sha2(cast(id as string), 256) as name",
                        "id / 8.0D as x");
        rows.repartition(4, functions.col("d"))
                .write()
                .partitionBy("d")
                .parquet(fixture.table().toString());
        Map<String, MultisetDigest> digests = ContentDigest.of(rows, List.of("d"));
        List<Path> files = parquet(fixture.table());
        assertThat(files).hasSize(VERSIONS);
        SortedMap<Long, TableDigest> sealed = new TreeMap<>();
        SortedMap<String, MultisetDigest> live = new TreeMap<>();
        Files.createDirectories(fixture.table().resolve("_delta_log"));
        for (int version = 0; version < VERSIONS; version++) {
            String partition = partition(files.get(version));
            live.put(partition, digests.get(partition));
            if (version >= LIVE) {
                live.remove(partition(files.get(version - LIVE)));
            }
            sealed.put((long) version, TableDigest.of(SealedFixture.SCHEMA, new TreeMap<>(live)));
            commit(fixture.table(), version, files);
        }
        SealedVersions.write(
                session(), fixture.ledger().toString(), "fifty", fixture.table().toString(), sealed);
        return fixture;
    }

    private static void commit(Path table, int version, List<Path> files) throws IOException {
        List<Map<String, Object>> actions = new ArrayList<>();
        if (version == 0) {
            actions.add(Map.of("protocol", Map.of("minReaderVersion", 1, "minWriterVersion", 2)));
            actions.add(Map.of(
                    "metaData",
                    Map.of(
                            "id",
                            "fifty",
                            "format",
                            Map.of("provider", "parquet", "options", Map.of()),
                            "schemaString",
                            SealedFixture.SCHEMA.json(),
                            "partitionColumns",
                            List.of("d"),
                            "configuration",
                            Map.of())));
        }
        actions.add(Map.of("add", action(table, files.get(version))));
        if (version >= LIVE) {
            actions.add(Map.of("remove", action(table, files.get(version - LIVE))));
        }
        List<String> lines = new ArrayList<>();
        for (Map<String, Object> action : actions) {
            lines.add(JSON.writeValueAsString(action));
        }
        Files.write(table.resolve("_delta_log/%020d.json".formatted(version)), lines);
    }

    private static Map<String, Object> action(Path table, Path file) throws IOException {
        return Map.of(
                "path",
                table.relativize(file).toString(),
                "partitionValues",
                Map.of("d", partition(file).substring(2)),
                "size",
                Files.size(file),
                "modificationTime",
                Files.getLastModifiedTime(file).toMillis(),
                "dataChange",
                true);
    }

    private static String partition(Path file) {
        return file.getParent().getFileName().toString();
    }

    private static List<Path> parquet(Path table) throws IOException {
        try (Stream<Path> files = Files.walk(table)) {
            return files.filter(file -> file.toString().endsWith(".parquet"))
                    .sorted()
                    .toList();
        }
    }

    private static long bytesRead() {
        return FileSystem.getGlobalStorageStatistics().get("file").getLong("bytesRead");
    }
}
