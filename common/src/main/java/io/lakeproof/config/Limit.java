package io.lakeproof.config;

import java.math.BigDecimal;

/**
 * How many rows of a batch may be refused before the batch is.
 *
 * @param amount rows, or percent of the rows read
 */
public record Limit(BigDecimal amount, boolean percent) {
    public static final Limit NONE = new Limit(BigDecimal.valueOf(100), true);

    /** Parses {@code 1%}, {@code 0.5%} or a number of rows, {@code 1000} or {@code 1000 rows}. */
    public static Limit parse(String text) {
        String number = text.replaceFirst("(%| rows)$", "");
        try {
            Limit limit = new Limit(new BigDecimal(number.trim()), text.endsWith("%"));
            if (limit.amount.signum() >= 0) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // reported below, with the negative numbers
        }
        throw new IllegalArgumentException("write a share of the rows read, for example 1%, or a number of rows");
    }

    public boolean exceededBy(long refused, long read) {
        BigDecimal allowed = percent ? amount.movePointLeft(2).multiply(BigDecimal.valueOf(read)) : amount;
        return BigDecimal.valueOf(refused).compareTo(allowed) > 0;
    }

    @Override
    public String toString() {
        return amount.toPlainString() + (percent ? "%" : " rows");
    }
}
