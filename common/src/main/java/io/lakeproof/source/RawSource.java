package io.lakeproof.source;

import static io.lakeproof.source.RawColumns.DETAIL;
import static io.lakeproof.source.RawColumns.FILE;
import static io.lakeproof.source.RawColumns.RAW;
import static io.lakeproof.source.RawColumns.REASON;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.to_json;

import io.lakeproof.aws.ArchivedObjects;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.RecordShape;
import io.lakeproof.config.SourceConfig;
import io.lakeproof.config.SourceFormat;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.SessionHadoop;
import io.lakeproof.digest.CanonicalForm;
import io.lakeproof.error.Failure;
import io.lakeproof.model.InputFile;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Encoders;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Reads raw input into rows: the fields of the source, and the columns of {@link RawColumns}. */
public final class RawSource {
    private final SparkSession spark;
    private final PipelineConfig pipeline;
    private final SourceConfig source;

    public RawSource(SparkSession spark, PipelineConfig pipeline) {
        this.spark = spark;
        this.pipeline = pipeline;
        this.source = pipeline.source();
    }

    /**
     * The fields of a text format as {@code source.schema} declares them.
     *
     * @throws io.lakeproof.error.Failure.Configuration if it is no DDL, or has a type that the format cannot hold
     */
    public static StructType declared(PipelineConfig pipeline) {
        String ddl = String.valueOf(pipeline.source().schema());
        try {
            StructType schema = StructType.fromDDL(ddl);
            if (schema.catalogString().contains("char(")) {
                throw new IllegalArgumentException("CHAR and VARCHAR are not stored as such; write STRING");
            }
            requireTellableNames(schema);
            requireRoomForExtra(schema, pipeline.source().shape());
            if (pipeline.source().format() == SourceFormat.CSV) {
                new CsvRecordParser(schema, pipeline.zone(), checkedOptions(pipeline));
            } else {
                new JsonRecordParser(schema, pipeline.zone());
            }
            return schema;
        } catch (Failure e) {
            throw e;
        } catch (Exception e) { // Spark throws a checked ParseException that its signature does not declare
            throw pipeline.problem(
                    "source.schema",
                    "= \"" + ddl + "\": " + String.valueOf(e.getMessage()).strip(),
                    "Write columns and Spark SQL types, for example \"user_id STRING, event_time TIMESTAMP\".");
        }
    }

    private static void requireRoomForExtra(StructType schema, RecordShape shape) {
        for (String name : schema.fieldNames()) {
            if (shape.keepsExtra() && name.equalsIgnoreCase(shape.extraColumn())) {
                throw new IllegalArgumentException(
                        name + " is the column of extra fields; name another in source.extra-column");
            }
        }
    }

    private static void requireTellableNames(StructType schema) {
        Set<String> names = new HashSet<>();
        for (String name : schema.fieldNames()) {
            if (name.startsWith("_lakeproof")) {
                throw new IllegalArgumentException(name + " is a name that Lakeproof uses itself");
            }
            if (!names.add(name.toLowerCase(Locale.ROOT))) {
                throw new IllegalArgumentException(name + " is there twice; Delta does not tell upper from lower case");
            }
        }
    }

    /**
     * The rows of inputs that all have the source's format: files, or Delta tables at the version of the manifest.
     *
     * @throws io.lakeproof.error.Failure.Archived if one of them must be restored first
     */
    public Dataset<Row> read(List<InputFile> inputs) {
        if (source.format() == SourceFormat.DELTA) {
            return inputs.stream().map(this::table).reduce(Dataset::unionByName).orElseThrow();
        }
        List<String> files = inputs.stream().map(InputFile::path).toList();
        ArchivedObjects.requireReadable(files, SessionHadoop.of(spark));
        return source.format().isText()
                ? lines(files.stream().map(InputListing::literal).toArray(String[]::new))
                : withoutLines(new ParquetFiles(spark).read(files), col("_metadata.file_path"));
    }

    private Dataset<Row> table(InputFile table) {
        DeltaStore store = new DeltaStore(spark, table.path());
        store.requireReadable(table.length(), file -> true);
        return withoutLines(store.read(table.length()), lit(InputListing.toUri(table.path())));
    }

    /** No rows, with the columns that {@link #read} would give: enough to analyse expressions. For text formats. */
    public Dataset<Row> none() {
        return spark.createDataFrame(List.of(), output(fields()));
    }

    private Dataset<Row> lines(String[] paths) {
        return spark.read()
                .option("lineSep", "\n")
                // Hadoop's reader skips lines that are longer than this setting of its own, without a word.
                .option("mapreduce.input.linerecordreader.line.maxlength", Integer.MAX_VALUE)
                .text(paths)
                .select(col("value").cast("binary"), col("_metadata.file_path"), col("_metadata.file_block_start"))
                .mapPartitions(pass(true, 0), Encoders.row(output(fields())));
    }

    /**
     * Parses lines that were read before, headers not among them.
     *
     * @param lines the line BINARY, the file as a URI STRING, then columns that are handed on as they are
     * @return what {@link #read} gives for these lines, and the further columns behind
     */
    public Dataset<Row> parse(Dataset<Row> lines) {
        List<Column> columns = new ArrayList<>(
                Arrays.stream(lines.columns()).map(CanonicalForm::quoted).toList());
        columns.add(2, lit(0L));
        StructType output = output(fields());
        StructField[] given = lines.schema().fields();
        for (StructField field : Arrays.copyOfRange(given, 2, given.length)) {
            output = output.add(field);
        }
        return lines.select(columns.toArray(Column[]::new))
                .mapPartitions(pass(false, given.length - 2), Encoders.row(output));
    }

    /** What a record has: the declared fields, and behind them the column of extra ones. */
    private StructType fields() {
        StructType declared = declared(pipeline);
        return source.shape().keepsExtra() ? declared.add(source.shape().extraColumn(), "string") : declared;
    }

    private static StructType output(StructType fields) {
        // A refused row has nulls in every field, whatever the schema says of them; the parser enforces NOT NULL.
        StructType nullable = new StructType();
        for (StructField field : fields.fields()) {
            nullable = nullable.add(field.name(), field.dataType(), true);
        }
        return nullable.add(RAW, "binary")
                .add(FILE, "string")
                .add(REASON, "string")
                .add(DETAIL, "string");
    }

    private LinePass pass(boolean wholeFiles, int carried) {
        StructType declared = declared(pipeline);
        int width = fields().length();
        int maxLine = source.shape().maxLine();
        if (source.format() == SourceFormat.JSON) {
            RecordParser json = new JsonRecordParser(declared, pipeline.zone(), source.shape());
            return new LinePass(json, width, null, maxLine, carried);
        }
        CsvRecordParser csv = csv(pipeline, declared);
        boolean header = wholeFiles && options(source.options()).header();
        return new LinePass(csv, width, header ? csv : null, maxLine, carried);
    }

    private static CsvOptions checkedOptions(PipelineConfig pipeline) {
        try {
            return options(pipeline.source().options());
        } catch (IllegalArgumentException e) {
            throw pipeline.problem(
                    "source.options", ": " + e.getMessage(), "docs/configuration.md says what each option may be.");
        }
    }

    private static CsvRecordParser csv(PipelineConfig pipeline, StructType fields) {
        return new CsvRecordParser(
                fields, pipeline.zone(), options(pipeline.source().options()));
    }

    private static CsvOptions options(Map<String, String> given) {
        CsvOptions standard = CsvOptions.DEFAULT;
        String escape = given.get("escape");
        return new CsvOptions(
                given.getOrDefault("separator", String.valueOf(standard.separator()))
                        .charAt(0),
                given.getOrDefault("quote", String.valueOf(standard.quote())).charAt(0),
                escape == null ? standard.escape() : Character.valueOf(escape.charAt(0)),
                given.getOrDefault("null-value", standard.nullValue()),
                Boolean.parseBoolean(given.getOrDefault("header", String.valueOf(standard.header()))),
                given.get("timestamp-format"));
    }

    private Dataset<Row> withoutLines(Dataset<Row> rows, Column file) {
        Column[] fields =
                Arrays.stream(rows.columns()).map(CanonicalForm::quoted).toArray(Column[]::new);
        Column[] raw = {
            to_json(struct(fields)).cast("binary").as(RAW),
            file.as(FILE),
            lit(null).cast("string").as(REASON),
            lit(null).cast("string").as(DETAIL)
        };
        return rows.select(
                Stream.concat(Arrays.stream(fields), Arrays.stream(raw)).toArray(Column[]::new));
    }
}
