package io.lakeproof.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** Which of the other rows of one entity and one instant a row's window sees. */
public enum Ties {
    /** None. */
    EXCLUDE,
    /** All. */
    INCLUDE,
    /** Those before it in the total order of rows: by time, then by row digest. */
    ORDERED;

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Ties parse(String text) {
        return Arrays.stream(values())
                .filter(ties -> ties.key().equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "one of " + Arrays.stream(values()).map(Ties::key).collect(Collectors.joining(", "))));
    }
}
