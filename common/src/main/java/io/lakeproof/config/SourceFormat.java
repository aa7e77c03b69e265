package io.lakeproof.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The formats that raw input may have. */
public enum SourceFormat {
    JSON,
    CSV,
    PARQUET,
    DELTA;

    public static SourceFormat parse(String name) {
        for (SourceFormat format : values()) {
            if (format.key().equals(name)) {
                return format;
            }
        }
        String known = Arrays.stream(values()).map(SourceFormat::key).collect(Collectors.joining(", "));
        throw new IllegalArgumentException("not a format; known: " + known);
    }

    /** The name in a configuration, in lower case. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** True if the input is lines of text that may fail to parse. */
    public boolean isText() {
        return this == JSON || this == CSV;
    }
}
