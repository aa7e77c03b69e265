package io.lakeproof.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** What a feature makes of the rows of its window. Nulls are skipped everywhere but in {@link #LAG}. */
public enum Aggregate {
    COUNT("the number of"),
    SUM("the sum of"),
    MEAN("the mean of"),
    MIN("the least"),
    MAX("the greatest"),
    VAR_POP("the population variance of"),
    VAR_SAMP("the sample variance of"),
    STDDEV_POP("the population standard deviation of"),
    STDDEV_SAMP("the sample standard deviation of"),
    FIRST("the first"),
    LAST("the last"),
    /** The value of one row, the n-th before, even if it is null. */
    LAG("the value that a row before has of"),
    DISTINCT("the number of distinct values of"),
    /** Microseconds since the last row of the window. */
    TIME_SINCE_LAST("the microseconds since the last");

    /** What people call these elsewhere. */
    private static final Map<String, Aggregate> SYNONYMS = Map.ofEntries(
            Map.entry("avg", MEAN),
            Map.entry("average", MEAN),
            Map.entry("total", SUM),
            Map.entry("var", VAR_SAMP),
            Map.entry("variance", VAR_SAMP),
            Map.entry("std", STDDEV_SAMP),
            Map.entry("stddev", STDDEV_SAMP),
            Map.entry("nunique", DISTINCT),
            Map.entry("count-distinct", DISTINCT),
            Map.entry("count_distinct", DISTINCT),
            Map.entry("minimum", MIN),
            Map.entry("maximum", MAX),
            Map.entry("shift", LAG));

    private final String words;

    Aggregate(String words) {
        this.words = words;
    }

    /** Its name in a configuration: {@code var_pop}, {@code time-since-last}. */
    public String key() {
        return this == TIME_SINCE_LAST ? "time-since-last" : name().toLowerCase(Locale.ROOT);
    }

    /** The beginning of a sentence that the column's name ends, for people. */
    public String words() {
        return words;
    }

    /** It can take {@code "*"}: the rows themselves, whatever their values. */
    public boolean takesRows() {
        return this == COUNT || this == TIME_SINCE_LAST;
    }

    /** A number of values, so zero and not null where there are none. */
    public boolean isCount() {
        return this == COUNT || this == DISTINCT;
    }

    /** It looks at other rows only, so {@code include-current} says nothing to it. */
    public boolean isOfOthers() {
        return this == LAG || this == TIME_SINCE_LAST;
    }

    /** It needs numbers. */
    public boolean isNumeric() {
        return switch (this) {
            case SUM, MEAN, VAR_POP, VAR_SAMP, STDDEV_POP, STDDEV_SAMP -> true;
            case COUNT, MIN, MAX, FIRST, LAST, LAG, DISTINCT, TIME_SINCE_LAST -> false;
        };
    }

    /** All names, in order. */
    static List<String> keys() {
        return Arrays.stream(values()).map(Aggregate::key).sorted().toList();
    }

    /** The one that somebody may have meant by another name. */
    static Optional<Aggregate> synonym(String name) {
        return Optional.ofNullable(SYNONYMS.get(name.toLowerCase(Locale.ROOT)));
    }
}
