package io.lakeproof.source;

import static io.lakeproof.digest.CanonicalForm.quoted;

import java.util.List;
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

    /** All of them. */
    public static final List<String> NAMES = List.of(RAW, FILE, REASON, DETAIL);

    private RawColumns() {}

    public static Column reason() {
        return quoted(REASON);
    }

    public static Column accepted() {
        return reason().isNull();
    }
}
