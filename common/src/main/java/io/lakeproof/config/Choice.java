package io.lakeproof.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Settings that are one of a few words: the constants of an enum, in lower case and with hyphens. */
final class Choice {
    private Choice() {}

    /** @throws IllegalArgumentException naming the words, and the nearest */
    static <E extends Enum<E>> E parse(Class<E> type, String text) {
        List<String> words =
                Arrays.stream(type.getEnumConstants()).map(Choice::word).toList();
        int index = words.indexOf(text);
        if (index >= 0) {
            return type.getEnumConstants()[index];
        }
        throw new IllegalArgumentException(Nearest.to(text, words)
                        .map(near -> "did you mean " + near + "? ")
                        .orElse("") + "known: " + String.join(", ", words));
    }

    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
