package io.lakeproof.config;

import io.lakeproof.config.LatenessConfig.LatePolicy;
import io.lakeproof.config.RecordShape.OnExtra;
import io.lakeproof.config.RecordShape.OnMissing;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Period;
import java.time.temporal.TemporalAmount;
import java.util.Optional;
import java.util.function.Function;

/** The settings of what a run takes in: the shape of records, lateness, the size of a batch. */
final class IntakeReader {
    private static final int LARGEST_LINE = 1 << 30;

    private IntakeReader() {}

    static RecordShape shape(SourceFormat format, Section source) {
        OnExtra onExtra = source.textOr("on-extra", text -> Choice.parse(OnExtra.class, text), OnExtra.DROP);
        String extraColumn = source.textOr("extra-column", IntakeReader::column, RecordShape.EXTRA_COLUMN);
        OnMissing onMissing = source.textOr("on-missing", text -> Choice.parse(OnMissing.class, text), OnMissing.NULL);
        int maxLine = source.textOr("max-line", IntakeReader::bytes, RecordShape.MAX_LINE);
        if (onExtra != OnExtra.KEEP_JSON && source.has("extra-column")) {
            source.problem("extra-column", "does nothing without on-extra = keep-json; delete it or set that");
        }
        if (format != SourceFormat.JSON) {
            String why = format == SourceFormat.CSV
                    ? "a csv line has exactly the columns of source.schema, or is refused with wrong_column_count"
                    : "a " + format.key() + " input carries its own columns; source.columns chooses among them";
            refuse(source, "on-extra", why);
            refuse(source, "on-missing", why);
        }
        if (!format.isText()) {
            refuse(source, "max-line", format.key() + " has no lines");
        }
        return new RecordShape(onExtra, extraColumn, onMissing, maxLine);
    }

    static LatenessConfig lateness(Section dedup) {
        LatenessConfig read = new LatenessConfig(
                optional(dedup, "lateness", LatenessConfig::positive),
                dedup.textOr("late", text -> Choice.parse(LatePolicy.class, text), LatePolicy.QUARANTINE),
                optional(dedup, "future-tolerance", LatenessConfig::amount));
        if (dedup.has("late") && !dedup.has("lateness")) {
            refuse(dedup, "late", "without dedup.lateness nothing is late");
        }
        return read;
    }

    static Optional<RowsExpectation> expectation(Section quality) {
        return quality.optionalSection("expect").flatMap(expect -> {
            Optional<RowsExpectation> rows =
                    expect.optionalSection("rows-vs-previous").map(IntakeReader::rowsVersusPrevious);
            expect.refuseUnknownKeys();
            return rows;
        });
    }

    /** How old the newest event may be. */
    static Optional<TemporalAmount> maxAge(Section quality) {
        return quality.optionalSection("freshness").flatMap(freshness -> {
            TemporalAmount max = freshness.text("max", IntakeReader::age, Duration.ZERO);
            freshness.refuseUnknownKeys();
            return Optional.of(max);
        });
    }

    private static TemporalAmount age(String text) {
        TemporalAmount amount = LatenessConfig.amount(text);
        if (amount.equals(Duration.ZERO) || amount.equals(Period.ZERO)) {
            throw new IllegalArgumentException("with nothing allowed no event is fresh; write for example PT26H");
        }
        return amount;
    }

    static long rows(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw new IllegalArgumentException("write a number of rows, for example 1000");
        }
        return Long.parseLong(text);
    }

    private static RowsExpectation rowsVersusPrevious(Section section) {
        Optional<BigDecimal> min = optional(section, "min", IntakeReader::percent);
        Optional<BigDecimal> max = optional(section, "max", IntakeReader::percent);
        int window = section.textOr("window", IntakeReader::window, 7);
        if (!section.has("min") && !section.has("max")) {
            section.problem("min", "and max are both missing: at least one of them, for example min = 50%");
        }
        if (min.isPresent() && max.isPresent() && min.get().compareTo(max.get()) > 0) {
            section.problem("min", "= " + min.get().toPlainString() + "% is above max");
        }
        section.refuseUnknownKeys();
        return new RowsExpectation(min, max, window);
    }

    private static <T> Optional<T> optional(Section section, String key, Function<String, T> parser) {
        return section.textOr(key, text -> Optional.of(parser.apply(text)), Optional.empty());
    }

    private static void refuse(Section section, String key, String why) {
        if (section.has(key)) {
            section.problem(key, "does nothing here: " + why + "; delete it");
        }
    }

    private static BigDecimal percent(String text) {
        if (!text.matches("\\d{1,9}(\\.\\d{1,9})?%")) {
            throw new IllegalArgumentException("write a percentage, for example 50%");
        }
        return new BigDecimal(text.substring(0, text.length() - 1));
    }

    private static int window(String text) {
        if (!text.matches("[1-9]\\d{0,2}")) {
            throw new IllegalArgumentException("write how many earlier runs to look at, 1 to 999");
        }
        return Integer.parseInt(text);
    }

    private static String column(String text) {
        if (!text.matches("[A-Za-z_][A-Za-z0-9_]{0,127}") || text.startsWith("_lakeproof")) {
            throw new IllegalArgumentException(
                    "a column here has letters, digits and underscores, and does not begin with _lakeproof");
        }
        return text;
    }

    private static int bytes(String text) {
        long bytes = ByteSize.parse(text);
        if (bytes < 1 || bytes > LARGEST_LINE) {
            throw new IllegalArgumentException("a line has 1 byte to 1GiB");
        }
        return (int) bytes;
    }
}
