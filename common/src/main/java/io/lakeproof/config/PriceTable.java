package io.lakeproof.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigOriginFactory;
import com.typesafe.config.ConfigParseOptions;
import io.lakeproof.error.Failure;
import io.lakeproof.model.StorageClass;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * What S3 asks for storage and requests in one region, in US dollars.
 *
 * @param date when the prices were those of the source
 * @param source where they are published
 * @param tags of 10,000 tags a month
 * @param classes every storage class
 */
public record PriceTable(
        String region, LocalDate date, String source, double tags, Map<StorageClass, ClassPrice> classes) {
    public PriceTable {
        classes = Collections.unmodifiableMap(new EnumMap<>(classes));
    }

    /**
     * What one storage class costs.
     *
     * @param storage of a GiB a month; the first step begins at 0 bytes
     * @param minDays what leaves the class earlier is billed to this day
     * @param minBytes a smaller object is billed as if it had this size
     * @param overhead bytes that are billed for each object beside its own, in this class
     * @param standardOverhead the same, in STANDARD
     * @param monitoring of 1,000 objects of at least 128 KiB a month
     * @param put of 1,000 PUT, COPY and LIST requests, tags included
     * @param get of 1,000 GET and HEAD requests
     * @param transition of 1,000 objects that a rule moves into the class
     * @param retrieval of a GiB that is read or restored with standard speed
     * @param restore of 1,000 requests to restore with standard speed
     */
    public record ClassPrice(
            List<Step> storage,
            int minDays,
            long minBytes,
            long overhead,
            long standardOverhead,
            double monitoring,
            double put,
            double get,
            double transition,
            double retrieval,
            double restore) {
        public ClassPrice {
            storage = List.copyOf(storage);
        }
    }

    /**
     * A price up to a volume.
     *
     * @param usd of a GiB a month
     * @param upTo the bytes at which the next step begins; empty for the last
     */
    public record Step(double usd, OptionalLong upTo) {}

    /** The prices of a class. */
    public ClassPrice of(StorageClass storageClass) {
        ClassPrice price = classes.get(storageClass);
        if (price == null) {
            throw new IllegalStateException("no price of " + storageClass);
        }
        return price;
    }

    /**
     * Reads the HOCON text of a table.
     *
     * @param name of the file, as messages shall show it
     * @throws Failure.Configuration with every problem found, each with file, line, key, value and the fix
     */
    public static PriceTable load(String name, String text) {
        Problems problems = new Problems();
        try {
            Section root = new Section(
                    "",
                    ConfigFactory.parseString(
                                    text, ConfigParseOptions.defaults().setOriginDescription(name))
                            .resolve()
                            .root()
                            .withOrigin(ConfigOriginFactory.newSimple(name)),
                    problems,
                    new LinkedHashMap<>(),
                    new LinkedHashMap<>());
            PriceTable table = read(root);
            problems.throwIfAny();
            return table;
        } catch (ConfigException e) {
            throw new Failure.Configuration(
                    "the table of prices cannot be read: " + e.getMessage(), "Mend the HOCON at the line named.", e);
        }
    }

    private static PriceTable read(Section root) {
        String region = root.text("region");
        LocalDate date = root.text("date", LocalDate::parse, LocalDate.EPOCH);
        String source = root.text("source");
        double tags = root.text("tags", PriceTable::usd, 0.0);
        Section classes = root.section("classes");
        Map<StorageClass, ClassPrice> prices = new EnumMap<>(StorageClass.class);
        for (StorageClass storageClass : StorageClass.values()) {
            prices.put(storageClass, price(classes.section(storageClass.name())));
        }
        classes.refuseUnknownKeys();
        root.refuseUnknownKeys();
        return new PriceTable(region, date, source, tags, prices);
    }

    private static ClassPrice price(Section section) {
        ClassPrice price = new ClassPrice(
                steps(section),
                section.textOr("min-days", text -> (int) whole(text), 0),
                section.textOr("min-bytes", PriceTable::whole, 0L),
                section.textOr("overhead", PriceTable::whole, 0L),
                section.textOr("standard-overhead", PriceTable::whole, 0L),
                section.textOr("monitoring", PriceTable::usd, 0.0),
                section.text("put", PriceTable::usd, 0.0),
                section.text("get", PriceTable::usd, 0.0),
                section.textOr("transition", PriceTable::usd, 0.0),
                section.textOr("retrieval", PriceTable::usd, 0.0),
                section.textOr("restore", PriceTable::usd, 0.0));
        section.refuseUnknownKeys();
        return price;
    }

    private static List<Step> steps(Section section) {
        List<Step> steps = new ArrayList<>();
        for (Section given : section.sections("storage")) {
            double usd = given.text("usd", PriceTable::usd, 0.0);
            OptionalLong upTo =
                    given.textOr("up-to-tib", text -> OptionalLong.of(whole(text) << 40), OptionalLong.empty());
            given.refuseUnknownKeys();
            steps.add(new Step(usd, upTo));
        }
        boolean isOrdered =
                !steps.isEmpty() && steps.get(steps.size() - 1).upTo().isEmpty();
        for (int i = 0; i + 1 < steps.size(); i++) {
            long before = i == 0 ? 0 : steps.get(i - 1).upTo().orElse(0);
            isOrdered &= steps.get(i).upTo().orElse(0) > before;
        }
        if (!isOrdered) {
            section.problem(
                    "storage",
                    "must be a list of steps, each up to more than the one before, the last without up-to-tib: for"
                            + " example [ { usd = 0.023, up-to-tib = 50 }, { usd = 0.022 } ]");
        }
        return steps;
    }

    private static double usd(String text) {
        if (!text.matches("[0-9]{1,6}(\\.[0-9]{1,9})?([eE]-[0-9]{1,2})?")) {
            throw new IllegalArgumentException("write US dollars as a number, for example 0.023");
        }
        return Double.parseDouble(text);
    }

    private static long whole(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new IllegalArgumentException("write a whole number");
        }
        return Long.parseLong(text);
    }

    /** {@code us-east-1, 2026-11-25, https://…}. */
    @Override
    public String toString() {
        return List.of(region, date.toString(), source).stream().collect(Collectors.joining(", "));
    }
}
