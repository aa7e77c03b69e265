package io.lakeproof.source;

import java.util.Locale;

/** How a refused value is shown to a person: short, and on one line. */
final class Excerpt {

    private static final int LIMIT = 80;

    private Excerpt() {}

    /** A number as it stands, anything else in quotes, cut to 80 characters. */
    static String of(String text) {
        return NumberText.isDecimal(text) ? shorten(text) : quoted(text);
    }

    static String quoted(String text) {
        return '"' + shorten(text) + '"';
    }

    static String shorten(String text) {
        if (text.length() <= LIMIT) {
            return text;
        }
        int cut = Character.isHighSurrogate(text.charAt(LIMIT - 2)) ? LIMIT - 2 : LIMIT - 1;
        return text.substring(0, cut) + '…';
    }

    /** Escapes what would break a line or a log: control characters, separators and lone surrogates. */
    static String oneLine(String text) {
        StringBuilder line = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            switch (Character.getType(c)) {
                case Character.CONTROL, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR, Character.SURROGATE ->
                    line.append(String.format(Locale.ROOT, "\\u%04x", c));
                default -> line.appendCodePoint(c);
            }
        });
        return line.toString();
    }
}
