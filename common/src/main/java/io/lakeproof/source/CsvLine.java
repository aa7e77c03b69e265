package io.lakeproof.source;

import io.lakeproof.source.MalformedRecord.Reason;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Iterator;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.csv.QuoteMode;
import org.jspecify.annotations.Nullable;

/**
 * Splits one line into its values.
 *
 * <p>One commons-csv parser reads line after line from a reader that we refill: a parser a line would allocate 16 KiB
 * for each and take 3.5 times as long (measured: 2.7 us against 0.8 us). A parser that has refused a line is dropped.
 */
final class CsvLine {

    private final CSVFormat format;
    private final Refilled line = new Refilled();
    private Iterator<CSVRecord> records;

    CsvLine(CsvOptions options) {
        format = CSVFormat.Builder.create()
                .setDelimiter(options.separator())
                .setQuote(options.quote())
                .setEscape(options.escape())
                .setNullString(options.nullValue())
                .setQuoteMode(QuoteMode.ALL_NON_NULL) // so that a quoted null string is a string
                .setRecordSeparator('\n')
                .setIgnoreEmptyLines(false)
                .get();
        records = newParser();
    }

    /** The values of the line, null where the value is the unquoted null string. */
    @Nullable
    String[] split(String text) throws MalformedRecord {
        if (text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0) {
            throw malformed("a line break inside the line");
        }
        line.refill(text + '\n');
        try {
            @Nullable String[] values = records.next().values();
            if (!line.exhausted) {
                return values;
            }
        } catch (UncheckedIOException | IllegalStateException e) {
            if (!line.exhausted) {
                records = newParser();
                throw malformed("a character after the closing quote that is no separator");
            }
        }
        records = newParser();
        throw malformed("the line ends inside a quoted or escaped value");
    }

    private static MalformedRecord malformed(String detail) {
        return new MalformedRecord(Reason.MALFORMED, detail);
    }

    private Iterator<CSVRecord> newParser() {
        try {
            return CSVParser.builder().setReader(line).setFormat(format).get().iterator();
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it reads nothing before the first record
        }
    }

    /** Gives one line at a time; reading past its end is seen. */
    private static final class Refilled extends Reader {

        private String text = "";
        private int at;
        private boolean exhausted;

        void refill(String line) {
            text = line;
            at = 0;
            exhausted = false;
        }

        @Override
        public int read(char[] target, int offset, int length) {
            int count = Math.min(length, text.length() - at);
            if (count <= 0) {
                exhausted = true;
                return -1;
            }
            text.getChars(at, at + count, target, offset);
            at += count;
            return count;
        }

        @Override
        public void close() {}
    }
}
