package io.lakeproof.config;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** The values of a closed set by the names that a configuration has for them: {@code KEEP_JSON} is {@code keep-json}. */
final class Choice {
    private Choice() {}

    static String key(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static <E extends Enum<E>> E parse(Class<E> type, String text) {
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> key(value).equals(text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("not a choice here; there are "
                        + Arrays.stream(type.getEnumConstants())
                                .map(Choice::key)
                                .collect(Collectors.joining(", "))));
    }
}
