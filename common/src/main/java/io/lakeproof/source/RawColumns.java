package io.lakeproof.source;

import static io.lakeproof.digest.CanonicalForm.quoted;

import java.util.List;
import java.util.Set;
import org.apache.spark.sql.Column;

/** The columns that travel with a row until it is accepted or refused; no table keeps them. */
public final class RawColumns {
    /** BINARY: the line as it stood in the file, or the row as JSON if the source has no lines. Null once accepted. */
    public static final String RAW = "_lakeproof_raw";

    /** STRING: the input that the row is from. */
    public static final String FILE = "_lakeproof_file";

    /** STRING: why the row is refused; null if it is accepted. */
    public static final String REASON = "_lakeproof_reason";

    /** STRING: what exactly is wrong with a refused row. */
    public static final String DETAIL = "_lakeproof_detail";

    /** Those that every row has. */
    public static final List<String> NAMES = List.of(RAW, FILE, REASON, DETAIL);
    /**
     * BIGINT: the microseconds since 1970 before which the row's event time is too late; null if it never is. Only where rows
     * can be late; {@link Validation} turns it into {@link #LATE}.
     */
    public static final String LATE_BEFORE = "_lakeproof_late_before";

    /** BOOLEAN: the row is late. Only where rows can be late. */
    public static final String LATE = "_lakeproof_late";

    /** Whatever a reader wants to have back with each row. Only where one asks for it. */
    public static final String CARRIED = "_lakeproof_carried";

    private static final Set<String> ALL = Set.of(RAW, FILE, REASON, DETAIL, LATE_BEFORE, LATE, CARRIED);

    private RawColumns() {}

    /** True for the columns above, which are none of the table. */
    static boolean isOne(String name) {
        return ALL.contains(name);
    }

    public static Column reason() {
        return quoted(REASON);
    }

    public static Column accepted() {
        return reason().isNull();
    }
}
