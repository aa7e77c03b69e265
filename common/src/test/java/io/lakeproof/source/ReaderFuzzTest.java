package io.lakeproof.source;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.SparkTest;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.RecordShape;
import io.lakeproof.config.RecordShape.OnExtra;
import io.lakeproof.config.RecordShape.OnMissing;
import io.lakeproof.model.DateScope;
import io.lakeproof.run.Quarantine;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Spoilt lines of the sample through reader, validation and quarantine: none is lost, and each refused one is there whole. */
class ReaderFuzzTest extends SparkTest {
    private static final int FILES = 8;
    private static final String SCHEMA = "user_id STRING, event_time TIMESTAMP, ingest_time TIMESTAMP, value DOUBLE,"
            + " page STRING, event_type STRING";

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({"7, drop, null", "8, keep-json, null", "9, quarantine, quarantine"})
    void everySpoiltLineIsARowOrStandsInTheQuarantineByteForByte(long seed, String onExtra, String onMissing)
            throws IOException {
        PipelineConfig pipeline = Pipelines.of(
                "source.format=json",
                "source.path=" + folder.resolve("raw"),
                "source.schema=" + SCHEMA,
                "source.on-extra=" + onExtra,
                "source.on-missing=" + onMissing,
                "source.max-line=2kB");
        List<byte[]> lines = write(seed);
        SparkSession session = session();

        Dataset<Row> validated = new Validation(pipeline)
                .apply(new RawSource(session, pipeline)
                        .read(new InputListing(pipeline.source(), DateScope.ALL, new Configuration())
                                .list()
                                .files()))
                .persist(StorageLevel.MEMORY_AND_DISK());
        long accepted = validated.where(RawColumns.accepted()).count();
        Quarantine quarantine =
                new Quarantine(session, folder.resolve("quarantine").toString());
        quarantine.replace(validated.where(RawColumns.reason().isNotNull()), "test", "f00", "attempt");
        List<Row> refused = quarantine.read(0).select("raw", "reason").collectAsList();
        validated.unpersist();

        RecordShape shape = pipeline.source().shape();
        List<String> expected = lines.stream()
                .filter(line -> isRefused(line, shape))
                .map(line -> new String(line, ISO_8859_1))
                .sorted()
                .toList();
        assertThat(accepted + refused.size()).as("seed %d", seed).isEqualTo(lines.size());
        assertThat(refused.stream()
                        .map(row -> new String(row.<byte[]>getAs(0), ISO_8859_1))
                        .sorted()
                        .toList())
                .as("seed %d", seed)
                .isEqualTo(expected);
        assertThat(refused)
                .as("seed %d", seed)
                .allSatisfy(row -> assertThat(row.getString(1)).isNotEmpty());
        assertThat(refused.size())
                .as("both kinds occur, seed %d", seed)
                .isBetween(lines.size() / 10, lines.size() - 100);
    }

    /** By the parser alone, outside of Spark; and what is only found after parsing. */
    private static boolean isRefused(byte[] line, RecordShape shape) {
        if (line.length > 2000) {
            return true;
        }
        try {
            JsonRecordParser parser = new JsonRecordParser(
                    StructType.fromDDL(SCHEMA),
                    java.time.ZoneOffset.UTC,
                    new RecordShape(
                            shape.onExtra() == OnExtra.QUARANTINE ? OnExtra.QUARANTINE : OnExtra.DROP,
                            "_extra",
                            shape.onMissing() == OnMissing.QUARANTINE ? OnMissing.QUARANTINE : OnMissing.NULL,
                            RecordShape.MAX_LINE));
            return parser.parse(line)[1] == null; // the event time is the key
        } catch (MalformedRecord e) {
            return !e.reason().isEmpty();
        }
    }

    /** Files of spoilt lines; returns those that are not blank, as a reader must see them. */
    private List<byte[]> write(long seed) throws IOException {
        List<byte[]> sample = new ArrayList<>();
        try (Stream<Path> files = Files.walk(ROOT.resolve("test-data/events"))) {
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".json")).sorted().toList()) {
                for (String line : Files.readString(file, ISO_8859_1).split("\n", -1)) {
                    sample.add(line.getBytes(ISO_8859_1));
                }
            }
        }
        Random random = new Random(seed);
        List<byte[]> lines = new ArrayList<>();
        Files.createDirectories(folder.resolve("raw"));
        for (int file = 0; file < FILES; file++) {
            try (OutputStream out = new BufferedOutputStream(
                    Files.newOutputStream(folder.resolve("raw").resolve("f" + file + ".json")))) {
                out.write("{}\n".getBytes(ISO_8859_1)); // the reader takes a byte order mark off the first line
                lines.add("{}".getBytes(ISO_8859_1));
                for (int i = 0; i < 500; i++) {
                    byte[] line = Mutations.spoilt(sample.get(random.nextInt(sample.size())), random);
                    out.write(line);
                    out.write('\n');
                    if (!isBlank(line)) {
                        lines.add(line);
                    }
                }
            }
        }
        return lines;
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b > ' ' || b < 0) {
                return false;
            }
        }
        return true;
    }
}
