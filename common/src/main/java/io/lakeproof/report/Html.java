package io.lakeproof.report;

import io.lakeproof.error.Redactor;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;

/** Writes HTML. Texts and values of attributes are escaped, whatever they hold; names of elements are ours. */
final class Html {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Redactor redactor;
    private final StringBuilder out = new StringBuilder();
    private boolean isTagOpen;

    /** Without the secrets that a redactor knows in any text or attribute. */
    Html(Redactor redactor) {
        this.redactor = redactor;
    }

    /** Opens an element with attributes, as names and values in turn. */
    Html open(String name, String... attributes) {
        endTag();
        out.append('<').append(name);
        isTagOpen = true;
        return attributes(attributes);
    }

    /** Further attributes of the element that was just opened. */
    Html attributes(String... namesAndValues) {
        for (int i = 0; i < namesAndValues.length; i += 2) {
            out.append(' ').append(namesAndValues[i]).append("=\"");
            escape(redactor.text(namesAndValues[i + 1]), out);
            out.append('"');
        }
        return this;
    }

    Html close(String name) {
        endTag();
        out.append("</").append(name).append('>');
        return this;
    }

    Html text(String data) {
        endTag();
        escape(redactor.text(data), out);
        return this;
    }

    /** An element that holds nothing but a text. */
    Html element(String name, String text, String... attributes) {
        return open(name, attributes).text(text).close(name);
    }

    Html badge(State state) {
        return open("span", "class", "badge " + state.style())
                .element("span", state.sign(), "aria-hidden", "true")
                .text(" " + state.word())
                .close("span");
    }

    /** How many more there are than are shown; nothing if that is none. */
    Html more(long count, String what, String how) {
        return count <= 0 ? this : element("p", "and " + number(count) + " more " + what + ". " + how, "class", "more");
    }

    @Override
    public String toString() {
        return out.toString();
    }

    static String number(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    static String instant(Instant time) {
        return TIME.format(time.truncatedTo(ChronoUnit.SECONDS));
    }

    static String escaped(String data) {
        StringBuilder text = new StringBuilder(data.length());
        escape(data, text);
        return text.toString();
    }

    private void endTag() {
        if (isTagOpen) {
            out.append('>');
            isTagOpen = false;
        }
    }

    /** What HTML cannot hold, or what would change the order of the characters around it, is shown by its number. */
    private static void escape(String data, StringBuilder out) {
        data.codePoints().forEach(c -> {
            switch (c) {
                case '&' -> out.append("&amp;");
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '\n', '\t' -> out.append((char) c);
                default -> {
                    if (isHidden(c)) {
                        out.append(String.format(Locale.ROOT, "\\u%04x", c));
                    } else {
                        out.appendCodePoint(c);
                    }
                }
            }
        });
    }

    private static boolean isHidden(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL, Character.SURROGATE, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
                true;
            case Character.FORMAT -> c != '\u200d'; // it joins the parts of an emoji
            default -> (c >= 0xfdd0 && c <= 0xfdef) || (c & 0xfffe) == 0xfffe;
        };
    }
}
