package io.lakeproof.error;

import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes secrets out of texts that leave the program. It knows them by the names that they are given to ({@code password=…},
 * {@code "sessionToken": "…"}, {@code fs.s3a.encryption.key = …}), by the places of a URL that hold them (the user part, signature
 * parameters), by form (Bearer and Basic credentials, access key ids of AWS), and by value, if they stand in the environment or on
 * the command line under such a name. A pure function; to redact twice changes nothing more.
 */
public final class Redactor {
    /** What stands in place of a secret; the word that Spark uses. */
    public static final String REDACTED = "*********(redacted)";

    /**
     * Names of secrets, as a regular expression that is found in them; fit for {@code spark.redaction.regex}. Names that end in
     * {@code .key} count, but for {@code dedup.key} and {@code diff.key}, which hold columns.
     */
    public static final String NAMES =
            "(?i)secret|passw|passphrase|(?<![a-z])pwd|token|credential|signature|authorization"
                    + "|(access|api|private|encryption|account|client|shared|signing|master)[._-]?key|jdbc[._-]?url|otlp[._-]?headers"
                    + "|(?<!^dedup)(?<!^diff)[.]key$";

    private static final Pattern SECRET = Pattern.compile(NAMES);

    /** Names that say where a secret is, or that the word in them means something else. */
    private static final Pattern HARMLESS =
            Pattern.compile("(?i)(file|path|uri|endpoint|provider|class|expiration|expires|kms(master)?keyid)$");

    /** A name, then a value: quoted, or up to a blank or what ends a parameter. */
    private static final Pattern ASSIGNMENT =
            Pattern.compile("(?<name>[A-Za-z_][A-Za-z0-9_.-]*)(?<between>\\\\?[\"']?\\s*[=:]\\s*)"
                    + "(?<value>\\\\\"(?:(?!\\\\\").)*+\\\\\"|\"(?:[^\"\\\\]|\\\\.)*+\"|'[^']*+'"
                    + "|(?:(?:Bearer|Basic|Digest)\\s+)?[^\\s,;&\"'<>\\])}]+)");

    /** An option of a command line whose value is the next word. */
    private static final Pattern OPTION = Pattern.compile("(?<=--)(?<name>[A-Za-z][A-Za-z0-9_.-]*)(?<between>\\s+)"
            + "(?<value>\"[^\"]*+\"|'[^']*+'|(?!-)[^\\s,;\"')\\]}]+)");

    private static final Pattern USER_OF_URL = Pattern.compile("(?<=://)[^\\s/@?#\"']+(?=@)");
    private static final Pattern SCHEME = Pattern.compile("(?i)\\b(Bearer|Basic)\\s+[A-Za-z0-9._~+/=-]{8,}");
    private static final Pattern ACCESS_KEY = Pattern.compile("\\b(AKIA|ASIA)[A-Z0-9]{16}\\b");

    /** Shorter values are found by name only: they could be any word of a message. */
    private static final int SHORTEST_VALUE = 8;

    private final List<String> values;

    private Redactor(Stream<String> values) {
        this.values = values.filter(value -> value.length() >= SHORTEST_VALUE && !value.equals(REDACTED))
                .distinct()
                .sorted(Comparator.comparingInt(String::length).reversed())
                .toList();
    }

    /** Knows secrets by name, place and form. */
    public static Redactor byName() {
        return new Redactor(Stream.empty());
    }

    /**
     * Knows also the values that these give to the names of secrets.
     *
     * @param environment variables by name
     * @param arguments of the command line: {@code --set a.password=x}, {@code --password=x}, {@code --password x}
     */
    public static Redactor of(Map<String, String> environment, List<String> arguments) {
        Set<String> values = new TreeSet<>();
        environment.forEach((name, value) -> {
            if (!name.matches("(OLD)?PWD")) { // the shell's folders
                add(name, value, values);
            }
        });
        for (int i = 0; i < arguments.size(); i++) {
            String argument = arguments.get(i);
            int equals = argument.indexOf('=');
            if (equals > 0) {
                int second = argument.startsWith("--set=") ? argument.indexOf('=', equals + 1) : -1;
                int end = second > 0 ? second : equals;
                add(argument.substring(0, end), argument.substring(end + 1), values);
            } else if (argument.startsWith("--") && i + 1 < arguments.size()) {
                add(argument, arguments.get(i + 1), values);
            }
        }
        return new Redactor(values.stream());
    }

    private static void add(String name, String value, Collection<String> values) {
        if (isSecret(name)) {
            String bare = value.strip();
            values.add(
                    bare.length() > 1 && bare.startsWith("\"") && bare.endsWith("\"")
                            ? bare.substring(1, bare.length() - 1)
                            : bare);
        }
    }

    /** True if what has this name is a secret. */
    public static boolean isSecret(String name) {
        return SECRET.matcher(name).find() && !HARMLESS.matcher(name).find();
    }

    /** The value, or {@link #REDACTED} for the name of a secret; without secrets in any case. */
    public String value(String name, String value) {
        return isSecret(name) ? REDACTED : text(value);
    }

    /** The text without secrets. */
    public String text(String text) {
        String result = text;
        for (String value : values) {
            result = result.replace(value, REDACTED);
        }
        result = SCHEME.matcher(result).replaceAll("$1 " + Matcher.quoteReplacement(REDACTED));
        result = USER_OF_URL.matcher(result).replaceAll(Matcher.quoteReplacement(REDACTED));
        result = ACCESS_KEY.matcher(result).replaceAll(Matcher.quoteReplacement(REDACTED));
        return assigned(OPTION, assigned(ASSIGNMENT, result));
    }

    /** The same structure, each text in it without secrets. */
    public @Nullable Object tree(@Nullable Object value) {
        if (value instanceof String text) {
            return text(text);
        }
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> redacted = new LinkedHashMap<>();
            map.forEach((key, element) -> redacted.put(
                    key, element instanceof String text ? value(String.valueOf(key), text) : tree(element)));
            return redacted;
        }
        return value instanceof List<?> list ? list.stream().map(this::tree).toList() : value;
    }

    private static String assigned(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        StringBuilder result = new StringBuilder();
        int from = 0;
        int copied = 0;
        while (matcher.find(from)) {
            boolean secret = isSecret(matcher.group("name"));
            if (secret) {
                String value = matcher.group("value");
                String quote =
                        value.startsWith("\\\"") ? "\\\"" : value.matches("(?s)[\"'].*") ? value.substring(0, 1) : "";
                result.append(text, copied, matcher.start("value"))
                        .append(quote)
                        .append(REDACTED)
                        .append(quote);
                copied = endOfRedacted(text, matcher.end("value"));
            }
            // What follows a harmless name may itself be an assignment: url=jdbc:x?password=y.
            from = secret ? copied : matcher.end("between");
        }
        return result.append(text, copied, text.length()).toString();
    }

    /** A value that was redacted before ends after its bracket. */
    private static int endOfRedacted(String text, int end) {
        return text.startsWith(")", end) && text.startsWith(REDACTED, end + 1 - REDACTED.length()) ? end + 1 : end;
    }
}
