package io.lakeproof.source;

import io.lakeproof.error.Failure;
import io.lakeproof.source.MalformedRecord.Reason;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.jspecify.annotations.Nullable;

/**
 * Parses the lines of text files. Needs rows of (line BINARY, file STRING, start of the file's block BIGINT) in the order of
 * the file; gives the fields of the record, then line, file, reason and detail, of which the last two are null if the line
 * parsed. Blank lines are no rows.
 *
 * @param width fields of a record
 * @param header checks the first line of each file that is not blank; null if files have no header
 * @param maxLine bytes of the longest line that is parsed
 * @param carried how many columns behind the first three are handed on as they are, as the last of the output
 */
record LinePass(RecordParser parser, int width, @Nullable CsvRecordParser header, int maxLine, int carried)
        implements MapPartitionsFunction<Row, Row> {
    @Override
    public Iterator<Row> call(Iterator<Row> lines) {
        return new Records(lines);
    }

    private final class Records implements Iterator<Row> {
        private final Iterator<Row> lines;
        private String file = "";
        private boolean headerIsDue;
        private @Nullable Row next;

        Records(Iterator<Row> lines) {
            this.lines = lines;
        }

        @Override
        public boolean hasNext() {
            while (next == null) {
                Row line = nextLine();
                if (line == null) {
                    return false;
                }
                next = parse(line);
            }
            return true;
        }

        private @Nullable Row nextLine() {
            try {
                return lines.hasNext() ? lines.next() : null;
            } catch (Exception e) { // Spark lets checked exceptions through, on some versions without the file's name
                Optional<Failure> failure = InputFailures.of(e, file);
                if (failure.isPresent()) {
                    throw failure.get();
                }
                throw e;
            }
        }

        @Override
        public Row next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            Row row = Objects.requireNonNull(next);
            next = null;
            return row;
        }

        private @Nullable Row parse(Row input) {
            byte[] line = input.getAs(0);
            if (!file.equals(input.getString(1))) {
                file = input.getString(1);
                headerIsDue = input.getLong(2) == 0;
            }
            if (isBlank(line)) {
                return null;
            }
            if (headerIsDue && header != null) {
                headerIsDue = false;
                requireHeader(header, line);
                return null;
            }
            @Nullable Object[] values = new Object[width + 4 + carried];
            values[width] = line;
            values[width + 1] = file;
            for (int i = 0; i < carried; i++) {
                values[width + 4 + i] = input.get(3 + i);
            }
            try {
                System.arraycopy(record(line), 0, values, 0, width);
            } catch (MalformedRecord e) {
                values[width + 2] = e.reason();
                values[width + 3] = e.detail();
            }
            return RowFactory.create(values);
        }

        private @Nullable Object[] record(byte[] line) throws MalformedRecord {
            if (line.length > maxLine) {
                throw new MalformedRecord(
                        Reason.LINE_TOO_LONG,
                        "the line has " + line.length + " bytes, more than source.max-line = " + maxLine);
            }
            return parser.parse(line);
        }

        private void requireHeader(CsvRecordParser csv, byte[] line) {
            try {
                csv.requireHeader(line);
            } catch (MalformedRecord e) {
                throw new Failure.DataGate(
                        file + ": its header is not source.schema: " + e.detail(),
                        "Mend the file, or read it in a run of its own with the schema that it has.");
            }
        }

        /** In a CSV file an empty value is a value, so only a line without any character is blank. */
        private boolean isBlank(byte[] line) {
            if (parser instanceof CsvRecordParser) {
                boolean empty = line.length == 0 || (line.length == 1 && line[0] == '\r');
                return empty && width > 1;
            }
            for (byte b : line) {
                if (b > ' ' || b < 0) {
                    return false;
                }
            }
            return true;
        }
    }
}
