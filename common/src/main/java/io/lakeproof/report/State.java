package io.lakeproof.report;

import java.util.Locale;

/** What a check found of a partition, a version or a file; shown by a word, a sign and a colour. */
public enum State {
    OK("OK", "\u2713"),
    DIFFERS("differs", "\u2260"),
    UNREADABLE("unreadable", "!"),
    MISSING("missing", "\u2212"),
    EXTRA("extra", "+"),
    UNCHECKED("not checked", "\u00b7");

    private final String word;
    private final String sign;

    State(String word, String sign) {
        this.word = word;
        this.sign = sign;
    }

    public String word() {
        return word;
    }

    String sign() {
        return sign;
    }

    /** The class of the style sheet. */
    String style() {
        return "s-" + name().toLowerCase(Locale.ROOT);
    }

    /** True if a person should look at it. */
    boolean isBad() {
        return this != OK && this != UNCHECKED;
    }
}
