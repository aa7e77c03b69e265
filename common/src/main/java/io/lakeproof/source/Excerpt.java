package io.lakeproof.source;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** How a refused value or line is shown to a person: short, and on one line. */
public final class Excerpt {

    private static final int LIMIT = 80;
    private static final int LINE_LIMIT = 160;

    private Excerpt() {}

    /** A number as it stands, anything else in quotes, cut to 80 characters. */
    static String of(String text) {
        return NumberText.isDecimal(text) ? shorten(text) : quoted(text);
    }

    static String quoted(String text) {
        return '"' + shorten(text) + '"';
    }

    /**
     * The beginning of a line; what is no UTF-8 shows as U+FFFD.
     *
     * @param beginning bytes of the line, from the first
     * @param length bytes of the whole line
     */
    public static String ofLine(byte[] beginning, long length) {
        String text = new String(beginning, StandardCharsets.UTF_8);
        boolean whole = beginning.length == length && text.length() <= LINE_LIMIT;
        int cut = Math.min(text.length(), LINE_LIMIT);
        if (cut > 0 && Character.isHighSurrogate(text.charAt(cut - 1))) {
            cut--;
        }
        return whole ? oneLine(text) : oneLine(text.substring(0, cut)) + "… (" + length + " bytes)";
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
