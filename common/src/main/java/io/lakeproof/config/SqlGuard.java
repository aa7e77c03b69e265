package io.lakeproof.config;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Refuses SQL expressions that are more than a function of one row: those that run Java methods or commands, read other tables
 * or files, depend on a clock, on chance or on the machine, or change the number of rows. An expression in a configuration is
 * code that runs with the job's rights.
 *
 * <p>It does not try to lex as Spark does: what the two might read differently (comments, raw and dollar-quoted strings,
 * letters beyond ASCII, of which Spark reads some as others) is refused wherever it stands outside of quotes.
 */
final class SqlGuard {
    private static final Pattern NO_ARGUMENTS = Pattern.compile("\\s*\\(\\s*\\).*", Pattern.DOTALL);

    /** Texts that Spark reads as a moment of the run where a time is wanted, in any case. */
    private static final Set<String> CLOCK_TEXTS = Set.of("now", "today", "tomorrow", "yesterday");

    /** What Spark calls without parentheses if there is no column of that name, in backquotes too. */
    private static final Set<String> CALLED_BARE = Set.of(
            "current_timestamp", "current_date", "current_time", "localtimestamp", "current_user", "session_user");

    private static final Map<String, String> REFUSED = new TreeMap<>();

    static {
        refuse("runs Java methods", "reflect", "java_method", "try_reflect");
        refuse("calls a function by a computed name", "identifier");
        refuse("runs a command", "using");
        refuse(
                "reads other tables, files, services or secrets",
                "select",
                "with",
                "table",
                "values",
                "read_files",
                "http_request",
                "ai_query",
                "secret",
                "try_secret");
        refuse(
                "depends on when, where or how often it runs",
                "rand",
                "randn",
                "random",
                "randstr",
                "uniform",
                "uuid",
                "shuffle",
                "aes_encrypt",
                "now",
                "current_timestamp",
                "current_date",
                "current_time",
                "curdate",
                "localtimestamp",
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
        refuse("makes rows or loses them", "window", "session_window", "window_time");
    }

    private final String text;
    private int at;

    /** The token before, in lower case; of a quoted one only the quote. */
    private String before = "";

    private SqlGuard(String text) {
        this.text = text;
    }

    /**
     * Returns the expression.
     *
     * @throws IllegalArgumentException naming what is refused, and why
     */
    static String check(String expression) {
        if (expression.isBlank()) {
            throw new IllegalArgumentException("an SQL expression is needed");
        }
        if (expression.contains("${")) {
            throw refused("${", "Spark puts a setting or an environment variable of the machine in its place");
        }
        new SqlGuard(expression).scan();
        return expression;
    }

    private void scan() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '\'' || c == '"' || c == '`') {
                quoted(c);
            } else if (isWordPart(c)) {
                word();
            } else {
                symbol(c);
            }
        }
    }

    private void word() {
        int start = at;
        while (at < text.length() && isWordPart(text.charAt(at))) {
            at++;
        }
        String word = text.substring(start, at);
        String name = word.toLowerCase(Locale.ROOT);
        String why = REFUSED.get(name);
        if (why != null) {
            throw new IllegalArgumentException("\"" + word + "\" is refused, since it " + why
                    + "; an expression here is a function of one row (a column of that name: write it in backquotes)");
        }
        if (name.equals("from") && before.equals("(")) {
            throw refused("(" + word, "it reads other tables or files");
        }
        if (name.equals("unix_timestamp")
                && NO_ARGUMENTS.matcher(text).region(at, text.length()).matches()) {
            throw refused(word + "()", "it depends on when it runs");
        }
        before = name;
    }

    private void quoted(char quote) {
        int start = at;
        if (quote != '`' && start > 0 && "rR".indexOf(text.charAt(start - 1)) >= 0) {
            throw refused(
                    text.charAt(start - 1) + "" + quote,
                    "a raw string ends elsewhere than others; double the backslashes, or put a space before the quote");
        }
        at = end(quote);
        String content = text.substring(start + 1, at - 1).trim().toLowerCase(Locale.ROOT);
        boolean called = quote != '\'' && text.substring(at).stripLeading().startsWith("(");
        if (called || (quote == '`' && CALLED_BARE.contains(content))) {
            throw refused(
                    text.substring(start, at), "it calls a function whose name is in quotes; write the plain name");
        }
        if (quote != '`' && CLOCK_TEXTS.contains(content)) {
            throw refused(
                    text.substring(start, at),
                    "where a time is wanted it is one of the run's clock (as a text: write it in two parts, 'to' || 'day')");
        }
        before = String.valueOf(quote);
    }

    /** Behind the closing quote; a doubled quote closes nothing, nor does one behind a backslash except in backquotes. */
    private int end(char quote) {
        for (int i = at + 1; i < text.length(); i++) {
            if (text.charAt(i) == '\\' && quote != '`') {
                i++;
            } else if (text.charAt(i) == quote) {
                if (i + 1 == text.length() || text.charAt(i + 1) != quote) {
                    return i + 1;
                }
                i++;
            }
        }
        throw new IllegalArgumentException("a quote " + quote + " is not closed");
    }

    private void symbol(char c) {
        if (text.startsWith("--", at) || text.startsWith("/*", at)) {
            throw refused(text.substring(at, at + 2), "comments belong into the file, behind #");
        }
        if (c > '~' || c == '$') {
            throw refused(String.valueOf(c), "it may stand in quotes only; write a column's name in backquotes");
        }
        if (!Character.isWhitespace(c)) {
            before = String.valueOf(c);
        }
        at++;
    }

    private static boolean isWordPart(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
    }

    private static IllegalArgumentException refused(String what, String why) {
        return new IllegalArgumentException(what + " is refused: " + why);
    }

    private static void refuse(String why, String... words) {
        for (String word : Set.of(words)) {
            REFUSED.put(word, why);
        }
    }
}
