package io.lakeproof.source;

import io.lakeproof.source.MalformedRecord.Reason;
import java.math.BigDecimal;

/** Numbers from text: ASCII digits only, never rounded to a decimal, never wrapped, never infinite by overflow. */
final class NumberText {

    /** More characters than any column needs; it bounds the work that one value can cause. */
    private static final int MAX_LENGTH = 1000;

    private NumberText() {}

    /** An optional sign and digits, between min and max. */
    static long integer(RecordField field, String text, long min, long max) throws MalformedRecord {
        int start = afterSign(text, 0);
        if (start == text.length() || afterDigits(text, start) != text.length()) {
            throw field.refuse(Reason.TYPE_MISMATCH, Excerpt.of(text));
        }
        long value;
        try {
            value = Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw field.refuse(Reason.NUMBER_OUT_OF_RANGE, Excerpt.of(text));
        }
        if (value < min || value > max) {
            throw field.refuse(Reason.NUMBER_OUT_OF_RANGE, Excerpt.of(text));
        }
        return value;
    }

    /** The nearest double. {@code NaN}, {@code Infinity} and {@code -Infinity} in exactly this spelling are values. */
    static Double toDouble(RecordField field, String text) throws MalformedRecord {
        boolean named = isNamed(text);
        double value = Double.parseDouble(named ? text : requireDecimal(field, text));
        if (Double.isInfinite(value) && !named) {
            throw field.refuse(Reason.NUMBER_OUT_OF_RANGE, Excerpt.of(text));
        }
        return value;
    }

    /** The nearest float, rounded once; otherwise as {@link #toDouble}. */
    static Float toFloat(RecordField field, String text) throws MalformedRecord {
        boolean named = isNamed(text);
        float value = Float.parseFloat(named ? text : requireDecimal(field, text));
        if (Float.isInfinite(value) && !named) {
            throw field.refuse(Reason.NUMBER_OUT_OF_RANGE, Excerpt.of(text));
        }
        return value;
    }

    /** The exact value with exactly this scale; a value that needs rounding or more digits is refused. */
    static BigDecimal decimal(RecordField field, String text, int precision, int scale) throws MalformedRecord {
        BigDecimal value;
        try {
            value = new BigDecimal(requireDecimal(field, text)).stripTrailingZeros();
        } catch (NumberFormatException | ArithmeticException e) {
            throw field.refuse(Reason.NUMBER_OUT_OF_RANGE, Excerpt.of(text), "its exponent is too large");
        }
        if (value.scale() > scale) {
            throw field.refuse(Reason.NUMBER_OUT_OF_RANGE, Excerpt.of(text), "it would be rounded to scale " + scale);
        }
        // Before setScale, which would write out all the zeros of 1e999999999.
        if (value.signum() != 0 && (long) value.precision() - value.scale() > precision - scale) {
            throw field.refuse(Reason.NUMBER_OUT_OF_RANGE, Excerpt.of(text));
        }
        return value.setScale(scale);
    }

    private static boolean isNamed(String text) {
        return text.equals("NaN") || text.equals("Infinity") || text.equals("-Infinity");
    }

    /** Java's decimal syntax without its extras: no hexadecimal, no suffix, no spaces, no other scripts' digits. */
    private static String requireDecimal(RecordField field, String text) throws MalformedRecord {
        if (!isDecimal(text)) {
            throw field.refuse(Reason.TYPE_MISMATCH, Excerpt.of(text));
        }
        if (text.length() > MAX_LENGTH) {
            throw field.refuse(
                    Reason.NUMBER_OUT_OF_RANGE, Excerpt.of(text), "it has more than " + MAX_LENGTH + " characters");
        }
        return text;
    }

    static boolean isDecimal(String text) {
        int start = afterSign(text, 0);
        int at = afterDigits(text, start);
        int digits = at - start;
        if (at < text.length() && text.charAt(at) == '.') {
            int fraction = at + 1;
            at = afterDigits(text, fraction);
            digits += at - fraction;
        }
        if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
            int exponent = afterSign(text, at + 1);
            at = afterDigits(text, exponent);
            digits = at == exponent ? 0 : digits;
        }
        return digits > 0 && at == text.length();
    }

    private static int afterSign(String text, int at) {
        return at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+') ? at + 1 : at;
    }

    private static int afterDigits(String text, int from) {
        int at = from;
        while (at < text.length() && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
            at++;
        }
        return at;
    }
}
