package io.lakeproof.jobs.lifecycle;

import io.lakeproof.config.PriceTable;
import io.lakeproof.lifecycle.Stock;
import java.util.Locale;
import java.util.stream.Collectors;

/** Numbers as people read them. */
final class Text {
    private Text() {}

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 12.34 USD}; what rounds to nothing shows its first digits. */
    static String usd(double dollars) {
        return dollars != 0 && Math.abs(dollars) < 0.01
                ? String.format(Locale.ROOT, "%.2g USD", dollars)
                : String.format(Locale.ROOT, "%,.2f USD", dollars);
    }

    /** {@code 12 objects, 1,234 bytes}. */
    static String stock(Stock stock) {
        return count(stock.objects()) + " objects, " + count(stock.bytes()) + " bytes";
    }

    /** {@code STANDARD 10, GLACIER 2}: objects by class. */
    static String classes(Stock stock) {
        return stock.heaps().entrySet().stream()
                .map(heap -> heap.getKey() + " " + count(heap.getValue().objects()))
                .collect(Collectors.joining(", "));
    }

    static String prices(PriceTable prices) {
        return "prices       of " + prices + "; as if the table were all that the account has";
    }
}
