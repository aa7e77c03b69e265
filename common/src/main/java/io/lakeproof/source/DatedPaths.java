package io.lakeproof.source;

import io.lakeproof.config.SourceConfig;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Globs of Hadoop's that name dates, as regular expressions for the files that they match, and for those below. */
final class DatedPaths {
    /** A date, an escaped character, a set, an operator, or plain text. */
    private static final Pattern GLOB_PART =
            Pattern.compile("\\{date}|\\\\.|\\[[!^]?(?:\\\\.|[^\\]\\\\])+]|[*?{},]|[^*?{},\\[\\\\]+|.", Pattern.DOTALL);

    private static final String BELOW = "(/.*)?";

    private DatedPaths() {}

    /** A pattern for {@link #dateIn}. */
    static Pattern pattern(String glob) {
        return Pattern.compile("^" + regex(glob) + "$", Pattern.DOTALL);
    }

    /** The date in a path; empty if the pattern is not its own, or it has no one date. */
    static Optional<LocalDate> dateIn(Pattern pattern, String path) {
        Matcher matcher = pattern.matcher(path);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        TreeSet<String> dates = new TreeSet<>();
        for (int group = 1; group < matcher.groupCount(); group++) {
            Optional.ofNullable(matcher.group(group)).ifPresent(dates::add);
        }
        try {
            return dates.size() == 1 ? Optional.of(LocalDate.parse(dates.first())) : Optional.empty();
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /** The glob as a regular expression whose groups are the dates, and last what is below. */
    static String regex(String glob) {
        StringBuilder regex = new StringBuilder();
        int open = 0;
        Matcher parts = GLOB_PART.matcher(glob);
        while (parts.find()) {
            String part = parts.group();
            if (part.equals("{")) {
                open++;
            }
            regex.append(open > 0 && "{,}".contains(part) ? alternatives(part) : regexOfPart(part));
            if (part.equals("}")) {
                open = Math.max(0, open - 1);
            }
        }
        return regex.append(BELOW).toString();
    }

    private static String alternatives(String part) {
        return switch (part) {
            case "{" -> "(?:";
            case "," -> "|";
            default -> ")";
        };
    }

    /** Wildcards and sets stay within a name. */
    private static String regexOfPart(String part) {
        return switch (part) {
            case SourceConfig.DATE -> "(\\d{4}-\\d{2}-\\d{2})";
            case "*" -> "[^/]*";
            case "?" -> "[^/]";
            default -> {
                if (part.length() > 1 && part.startsWith("[")) {
                    String set = part.substring(1, part.length() - 1)
                            .replace("[", "\\[")
                            .replace("&", "\\&");
                    yield "[" + (set.startsWith("!") ? "^" + set.substring(1) : set) + "&&[^/]]";
                }
                yield Pattern.quote(part.length() == 2 && part.startsWith("\\") ? part.substring(1) : part);
            }
        };
    }
}
