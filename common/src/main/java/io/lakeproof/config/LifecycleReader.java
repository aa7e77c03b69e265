package io.lakeproof.config;

import io.lakeproof.config.LifecycleConfig.Tier;
import io.lakeproof.model.StorageClass;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The settings of {@code lifecycle}. */
final class LifecycleReader {
    private static final int MOST_REQUESTS = 3_000;
    private static final int DEFAULT_REQUESTS = 200;

    private LifecycleReader() {}

    static LifecycleConfig read(Section section) {
        String dataClass = section.text("class", LifecycleReader::tagValue, "");
        List<Tier> tiers = tiers(section);
        boolean archiveLive = section.optionalSection("archive")
                .map(archive -> {
                    boolean live = archive.textOr("live", LifecycleReader::yesOrNo, false);
                    archive.refuseUnknownKeys();
                    return live;
                })
                .orElse(false);
        Optional<String> prices =
                section.textOr("prices", text -> Optional.of(PipelineReader.path(text)), Optional.<String>empty());
        int requests = section.textOr("requests-per-second", LifecycleReader::requests, DEFAULT_REQUESTS);
        section.refuseUnknownKeys();
        return new LifecycleConfig(dataClass, tiers, archiveLive, prices, requests);
    }

    private static List<Tier> tiers(Section section) {
        List<Tier> tiers = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        for (Section given : section.sections("tiers")) {
            Tier tier = tiers.isEmpty() ? first(given) : later(given, tiers.get(tiers.size() - 1));
            if (!tier.name().isEmpty() && !names.add(tier.name())) {
                given.problem("name", "= \"" + tier.name() + "\" is the name of an earlier tier too");
            }
            given.refuseUnknownKeys();
            tiers.add(tier);
        }
        if (tiers.isEmpty()) {
            section.problem(
                    "tiers",
                    "is missing or empty: for example [ { name = hot }, { name = cold, after = P90D, storage-class ="
                            + " STANDARD_IA } ]");
        }
        return tiers;
    }

    private static Tier first(Section given) {
        String name = given.text("name", LifecycleReader::name, "");
        for (String key : List.of("after", "storage-class")) {
            given.optionalText(key)
                    .ifPresent(text -> given.problem(
                            key,
                            "= \"" + text + "\": the first tier begins at once and moves nothing; put a tier without "
                                    + key + " before it"));
        }
        return new Tier(name, 0, Optional.empty());
    }

    private static Tier later(Section given, Tier before) {
        String name = given.text("name", LifecycleReader::name, "");
        int after = given.text("after", PipelineReader::days, before.afterDays() + 1);
        if (after <= before.afterDays()) {
            given.problem(
                    "after",
                    "= P" + after + "D is not later than P" + before.afterDays() + "D, where the tier before begins");
        }
        Optional<StorageClass> storageClass =
                given.textOr("storage-class", text -> Optional.of(storageClass(text)), Optional.<StorageClass>empty());
        storageClass.ifPresent(c -> requireOrder(given, before, after, c));
        if (storageClass.isEmpty()
                && !given.has("storage-class")
                && before.storageClass().isPresent()) {
            given.problem(
                    "storage-class",
                    "is missing: the tier before goes to "
                            + before.storageClass().get()
                            + ", and S3 moves nothing back; name the same or a colder class, or leave the tier out");
        }
        return new Tier(name, after, storageClass.or(before::storageClass));
    }

    private static void requireOrder(Section given, Tier before, int after, StorageClass storageClass) {
        before.storageClass()
                .filter(c -> c != storageClass && !c.canBecome(storageClass))
                .ifPresent(c -> given.problem(
                        "storage-class", "= " + storageClass + ": S3 moves nothing from " + c + " to " + storageClass));
        if (after < storageClass.leastRuleDays()) {
            given.problem(
                    "after",
                    "= P" + after + "D: S3 moves nothing to " + storageClass + " before it is "
                            + storageClass.leastRuleDays() + " days old");
        }
    }

    private static StorageClass storageClass(String text) {
        return StorageClass.named(text)
                .filter(c -> c != StorageClass.STANDARD)
                .orElseThrow(() -> new IllegalArgumentException("known: "
                        + String.join(
                                ", ",
                                Arrays.stream(StorageClass.values())
                                        .filter(c -> c != StorageClass.STANDARD)
                                        .map(Enum::name)
                                        .toList())));
    }

    private static String name(String text) {
        if (!text.matches("[a-z0-9-]{1,32}")) {
            throw new IllegalArgumentException("a tier has 1 to 32 of a-z, 0-9 and hyphen");
        }
        return text;
    }

    /** S3 takes these in the value of a tag, and 256 of them; other services that see tags take no others. */
    private static String tagValue(String text) {
        if (!text.matches("[A-Za-z0-9 +=._:/@-]{1,128}")) {
            throw new IllegalArgumentException("a tag has 1 to 128 of A-Z, a-z, 0-9, space and + - = . _ : / @");
        }
        return text;
    }

    private static boolean yesOrNo(String text) {
        if (!text.equals("true") && !text.equals("false")) {
            throw new IllegalArgumentException("true or false");
        }
        return text.equals("true");
    }

    private static int requests(String text) {
        if (!text.matches("[1-9][0-9]{0,3}") || Integer.parseInt(text) > MOST_REQUESTS) {
            throw new IllegalArgumentException(
                    "1 to " + MOST_REQUESTS + "; S3 takes about 3,500 a second under a prefix");
        }
        return Integer.parseInt(text);
    }
}
