package io.lakeproof.config;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Refuses SQL expressions that are more than a function of one row: those that run Java methods, read other tables or files,
 * depend on a clock or on chance, or change the number of rows. An expression in a configuration is code that runs with the
 * job's rights.
 */
final class SqlGuard {
    private static final Pattern SKIPPED = Pattern.compile(
            "'(?:[^'\\\\]|\\\\.|'')*'|\"(?:[^\"\\\\]|\\\\.|\"\")*\"|`(?:[^`]|``)*`|--[^\\n]*|/\\*.*?\\*/",
            Pattern.DOTALL);
    private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Map<String, String> REFUSED = new TreeMap<>();

    static {
        refuse("runs Java methods", "reflect", "java_method", "try_reflect");
        refuse("reads other tables or files", "select", "table", "values", "read_files", "http_request", "ai_query");
        refuse(
                "depends on when, where or how often it runs",
                "rand",
                "randn",
                "random",
                "randstr",
                "uniform",
                "uuid",
                "shuffle",
                "now",
                "current_timestamp",
                "current_date",
                "current_time",
                "curdate",
                "localtimestamp",
                "unix_timestamp_now",
                "current_timezone",
                "current_user",
                "session_user",
                "user",
                "current_catalog",
                "current_database",
                "current_schema",
                "monotonically_increasing_id",
                "spark_partition_id",
                "input_file_name",
                "input_file_block_start",
                "input_file_block_length",
                "version");
        refuse("looks at other rows", "over");
    }

    private SqlGuard() {}

    /**
     * Returns the expression.
     *
     * @throws IllegalArgumentException naming the word that is refused, and why
     */
    static String check(String expression) {
        if (expression.isBlank()) {
            throw new IllegalArgumentException("an SQL expression is needed");
        }
        Matcher words = WORD.matcher(SKIPPED.matcher(expression).replaceAll(" "));
        while (words.find()) {
            String why = REFUSED.get(words.group().toLowerCase(Locale.ROOT));
            if (why != null) {
                throw new IllegalArgumentException(
                        "\"" + words.group() + "\" is refused, since it " + why
                                + "; an expression here is a function of one row (a column of that name: write it in backquotes)");
            }
        }
        return expression;
    }

    private static void refuse(String why, String... words) {
        for (String word : Set.of(words)) {
            REFUSED.put(word, why);
        }
    }
}
