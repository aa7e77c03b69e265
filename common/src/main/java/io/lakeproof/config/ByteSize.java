package io.lakeproof.config;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as people write them, in bytes. */
public final class ByteSize {
    private static final Pattern BYTES = Pattern.compile("(\\d{1,10}) ?(|B|KiB|MiB|GiB|TiB|kB|MB|GB|TB)");

    private ByteSize() {}

    /**
     * Parses {@code 128MB} (millions), {@code 16MiB} (2^20), {@code 1000} (bytes), and the other units of thousand and 1024.
     *
     * @throws IllegalArgumentException if it is none of these
     */
    public static long parse(String text) {
        Matcher matcher = BYTES.matcher(text);
        if (!matcher.matches()) {
            throw new IllegalArgumentException("write bytes with a unit, for example 16MiB");
        }
        long unit = switch (matcher.group(2)) {
            case "KiB" -> 1L << 10;
            case "MiB" -> 1L << 20;
            case "GiB" -> 1L << 30;
            case "TiB" -> 1L << 40;
            case "kB" -> 1_000L;
            case "MB" -> 1_000_000L;
            case "GB" -> 1_000_000_000L;
            case "TB" -> 1_000_000_000_000L;
            default -> 1L;
        };
        try {
            return Math.multiplyExact(Long.parseLong(matcher.group(1)), unit);
        } catch (ArithmeticException e) {
            throw new IllegalArgumentException("more than 8 EiB", e);
        }
    }

    /**
     * Parses the size that data files shall have.
     *
     * @throws IllegalArgumentException if it is less than 1 kB or more than 100 GB
     */
    public static long ofFiles(String text) {
        long bytes = parse(text);
        if (bytes < 1_000 || bytes > 100_000_000_000L) {
            throw new IllegalArgumentException("a file has 1kB to 100GB");
        }
        return bytes;
    }
}
