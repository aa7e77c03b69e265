package io.lakeproof.source;

import io.lakeproof.source.MalformedRecord.Reason;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A line is one record only if it is one CSV record with exactly the schema's number of columns and types.
 *
 * <p>A record does not span lines. Values convert as strictly as in {@link JsonRecordParser}, and besides: integers may
 * have a plus sign and leading zeros, doubles may be {@code NaN}, {@code Infinity} or {@code -Infinity} in this
 * spelling, booleans are true or false in any case. An empty value is null in every column but a STRING, where it is
 * the empty string if it is quoted or {@link CsvOptions#nullValue} is another text.
 */
public final class CsvRecordParser implements RecordParser {

    private record Column(RecordField field, boolean nullable, boolean text, Scalar scalar) {}

    private final StructType schema;
    private final ZoneId zone;
    private final CsvOptions options;
    private final transient List<Column> columns = new ArrayList<>();
    private final transient CsvLine csv;

    /**
     * Compiles the schema.
     *
     * @param zone where a timestamp without a zone is read
     * @throws IllegalArgumentException if a column has a type that CSV cannot hold (arrays, maps, structs, intervals,
     *     variant, void); names the column
     */
    public CsvRecordParser(StructType schema, ZoneId zone, CsvOptions options) {
        this.schema = schema;
        this.zone = zone;
        this.options = options;
        this.csv = new CsvLine(options);
        TimestampForm form = options.timestampForm();
        for (var column : schema.fields()) {
            RecordField field = new RecordField(column.name(), column.dataType());
            requireFlat(field);
            boolean text = Scalar.isText(field.type());
            columns.add(new Column(field, column.nullable(), text, Scalar.of(field, zone, form)));
        }
    }

    @Override
    public @Nullable Object[] parse(byte[] line) throws MalformedRecord {
        @Nullable String[] found = csv.split(LineText.of(line));
        if (found.length != columns.size()) {
            throw new MalformedRecord(
                    Reason.WRONG_COLUMN_COUNT, "expected " + columns.size() + " columns, found " + found.length);
        }
        @Nullable Object[] values = new @Nullable Object[found.length];
        for (int i = 0; i < found.length; i++) {
            values[i] = value(columns.get(i), found[i]);
        }
        return values;
    }

    /**
     * A file's first line names exactly the schema's columns, in order and by case, or it is refused.
     *
     * @param line UTF-8 bytes, with or without a byte order mark
     * @throws MalformedRecord with the reason {@code header_mismatch} and the first difference
     */
    public void requireHeader(byte[] line) throws MalformedRecord {
        @Nullable String[] found = csv.split(LineText.of(line));
        for (int i = 0; i < Math.max(found.length, columns.size()); i++) {
            String expected =
                    i < columns.size() ? Excerpt.quoted(columns.get(i).field().path()) : "no more columns";
            String actual = i < found.length ? Excerpt.quoted(found[i] == null ? "" : found[i]) : "no more columns";
            if (!same(i, found)) {
                throw new MalformedRecord(
                        Reason.HEADER_MISMATCH, "column " + (i + 1) + ": expected " + expected + ", found " + actual);
            }
        }
    }

    private boolean same(int i, @Nullable String[] found) {
        return i < found.length
                && i < columns.size()
                && columns.get(i).field().path().equals(found[i]);
    }

    private static @Nullable Object value(Column column, @Nullable String found) throws MalformedRecord {
        if (found != null && (column.text() || !found.isEmpty())) {
            return column.scalar().conversion().convert(column.field(), found);
        }
        if (!column.nullable()) {
            throw column.field().refuse(Reason.NULL_VALUE, "null");
        }
        return null;
    }

    private static void requireFlat(RecordField field) {
        DataType type = field.type();
        if (type instanceof StructType || type instanceof ArrayType || type instanceof MapType) {
            throw field.unsupported("a CSV file holds flat values only; use JSON lines for nested ones");
        }
    }

    /** The compiled schema is not serialized; a copy compiles its own. */
    private Object readResolve() {
        return new CsvRecordParser(schema, zone, options);
    }
}
