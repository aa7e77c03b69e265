package io.lakeproof.posture;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.config.LifecycleConfig;
import io.lakeproof.config.LifecycleConfig.Tier;
import io.lakeproof.lifecycle.RuleText;
import io.lakeproof.lifecycle.S3Location;
import io.lakeproof.lifecycle.TierRule;
import io.lakeproof.model.StorageClass;
import io.lakeproof.posture.BucketPosture.Rules;
import io.lakeproof.posture.BucketPosture.Versioning;
import io.lakeproof.posture.Resident.Kind;
import io.lakeproof.posture.RuleAction.AbortUploads;
import io.lakeproof.posture.RuleAction.DropMarkers;
import io.lakeproof.posture.RuleAction.Expire;
import io.lakeproof.posture.RuleAction.ExpireNoncurrent;
import io.lakeproof.posture.RuleAction.Move;
import io.lakeproof.posture.RuleAction.MoveNoncurrent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class RuleChecksTest {
    private static final Expire DELETE = new Expire("after 30 days");
    private static final Move GLACIER = new Move("after 30 days", "GLACIER");
    private static final Move IA = new Move("after 30 days", "STANDARD_IA");
    private static final Move DEEP = new Move("after 30 days", "DEEP_ARCHIVE");
    private static final LifecycleConfig TIERS = new LifecycleConfig(
            "training",
            List.of(
                    new Tier("hot", 0, Optional.empty()),
                    new Tier("cold", 90, Optional.of(StorageClass.STANDARD_IA)),
                    new Tier("archive", 365, Optional.of(StorageClass.GLACIER))),
            false,
            Optional.empty(),
            200);
    private static final String DATASET = "p/clean/events";
    private static final Resident CLEAN =
            new Resident("clean", Kind.TABLE, new S3Location("data", "clean/events/"), DATASET, Optional.of(TIERS));
    private static final Resident LEDGER =
            Resident.of("ledger", Kind.LEDGER, new S3Location("data", "_lakeproof/ledger/"));
    private static final Resident SOURCE = Resident.of("source", Kind.INPUT, new S3Location("data", "raw/"));
    private static final List<RuleText> OURS = RuleText.of(TierRule.of(TIERS, DATASET, "clean/events/"));

    /** Both kinds of keeping house, so that nothing is missing. */
    private static final LifecycleRule HOUSEKEEPING = new LifecycleRule(
            "housekeeping", true, "", new TreeMap<>(), List.of(new ExpireNoncurrent(30), new AbortUploads(7)));

    private static LifecycleRule rule(String prefix, RuleAction action, String... tags) {
        Map<String, String> byKey = new TreeMap<>();
        for (int i = 0; i < tags.length; i += 2) {
            byKey.put(tags[i], tags[i + 1]);
        }
        return LifecycleRule.of("r", prefix, byKey, action);
    }

    /** The worst that is said of one more rule; the rest of the bucket is as it should be. */
    private static Finding worst(LifecycleRule rule) {
        List<LifecycleRule> rules = List.of(HOUSEKEEPING, rule);
        return RuleChecks.of(
                        "data", new Rules(rules, OURS), Optional.of(Versioning.ENABLED), List.of(CLEAN, LEDGER, SOURCE))
                .stream()
                .min(java.util.Comparator.comparing(Finding::severity))
                .orElseThrow();
    }

    private static Stream<Arguments> cases() {
        return Stream.of(
                // prefixes: the whole bucket, a beginning, the folder, the log, a partition, a neighbour
                Arguments.of(rule("", DELETE), Severity.ERROR, "_delta_log"),
                Arguments.of(rule("cl", DELETE), Severity.ERROR, "_delta_log"),
                Arguments.of(rule("clean/events", DELETE), Severity.ERROR, "_delta_log"),
                Arguments.of(rule("clean/events/_delta_log/", DELETE), Severity.ERROR, "_delta_log"),
                Arguments.of(rule("clean/events/_delta_log/0000", GLACIER), Severity.ERROR, "_delta_log"),
                Arguments.of(rule("clean/events/event_date=2023", DELETE), Severity.ERROR, "data files"),
                Arguments.of(rule("clean/events2/", DELETE), Severity.OK, "leave"),
                Arguments.of(rule("logs/", DELETE), Severity.OK, "leave"),
                Arguments.of(rule("_lakeproof/", DELETE), Severity.ERROR, "ledger"),
                Arguments.of(rule("raw/2023", DELETE), Severity.WARNING, "source: rule \"r\" deletes input"),
                // transitions
                Arguments.of(rule("clean/", GLACIER), Severity.ERROR, "GLACIER"),
                Arguments.of(rule("clean/events/event_date=2023", DEEP), Severity.ERROR, "data files to DEEP_ARCHIVE"),
                Arguments.of(rule("clean/", IA), Severity.WARNING, "_delta_log to STANDARD_IA"),
                Arguments.of(rule("clean/events/event_date=2023", IA), Severity.INFO, "data files to STANDARD_IA"),
                Arguments.of(rule("raw/", GLACIER), Severity.WARNING, "input to GLACIER"),
                Arguments.of(rule("raw/", IA), Severity.INFO, "input to STANDARD_IA"),
                // tags: somebody's, ours, ours of a tier that goes to an archive anyway
                Arguments.of(rule("", DELETE, "keep", "no"), Severity.INFO, "{keep=no}"),
                Arguments.of(rule("", DELETE, "class", "training"), Severity.ERROR, "data files"),
                Arguments.of(rule("", DELETE, "class", "serving"), Severity.INFO, "data files"),
                Arguments.of(rule("", GLACIER, "tier", "cold"), Severity.ERROR, "data files to GLACIER"),
                Arguments.of(rule("", GLACIER, "tier", "archive"), Severity.INFO, "data files to GLACIER"),
                Arguments.of(rule("", DELETE, "tier", "archive"), Severity.ERROR, "data files"),
                Arguments.of(rule("clean/events/_delta_log/", DELETE, "class", "training"), Severity.OK, "leave"),
                // what does not touch current objects
                Arguments.of(rule("", new ExpireNoncurrent(1)), Severity.WARNING, "noncurrent versions after 1 day"),
                Arguments.of(rule("", new ExpireNoncurrent(7)), Severity.OK, "leave"),
                Arguments.of(rule("raw/", new ExpireNoncurrent(1)), Severity.OK, "leave"),
                Arguments.of(
                        rule("", new MoveNoncurrent(1, "GLACIER")), Severity.INFO, "noncurrent versions to GLACIER"),
                Arguments.of(rule("", new MoveNoncurrent(1, "GLACIER_IR")), Severity.OK, "leave"),
                Arguments.of(rule("", new AbortUploads(1)), Severity.INFO, "uploads after 1 day"),
                Arguments.of(rule("", new DropMarkers()), Severity.OK, "leave"),
                // off
                Arguments.of(
                        new LifecycleRule("r", false, "", new TreeMap<>(), List.of(DELETE)),
                        Severity.INFO,
                        "is disabled; enabled, it deletes"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aRuleIsAsBadAsWhatItTouches(LifecycleRule rule, Severity severity, String found) {
        Finding worst = worst(rule);

        assertThat(worst.severity()).as("%s", worst).isEqualTo(severity);
        assertThat(worst.found()).contains(found);
        if (severity == Severity.ERROR) {
            assertThat(worst.fix())
                    .contains("aws s3api put-bucket-lifecycle-configuration --bucket data", "in the rule \"r\"");
        }
    }

    /** Against every key of a small bucket, one by one. */
    @Test
    void whatARulesPrefixTouchesIsWhatItsObjectsAre() {
        long seed = 20261126;
        Random random = new Random(seed);
        List<String> keys = List.of(
                "clean/events/_delta_log/00000000000000000000.json",
                "clean/events/_delta_log/_last_checkpoint",
                "clean/events/event_date=2024-11-05/part-0.parquet",
                "clean/events/part-1.parquet",
                "clean/events2/part-0.parquet",
                "raw/a.json",
                "zzz");
        for (int i = 0; i < 2_000; i++) {
            String key = keys.get(random.nextInt(keys.size()));
            String prefix = key.substring(0, random.nextInt(key.length() + 1));
            boolean log = keys.stream().anyMatch(k -> k.startsWith(prefix) && k.contains("/events/_delta_log/"));
            boolean data = keys.stream()
                    .anyMatch(k -> k.startsWith(prefix) && k.startsWith("clean/events/") && !k.contains("_delta_log"));

            assertThat(CLEAN.under(prefix))
                    .as("seed %d, prefix %s", seed, prefix)
                    .containsExactlyInAnyOrderElementsOf(parts(log, data));
        }
    }

    private static List<Part> parts(boolean log, boolean data) {
        List<Part> parts = new ArrayList<>();
        if (log) {
            parts.add(Part.LOG);
        }
        if (data) {
            parts.add(Part.DATA);
        }
        return parts;
    }

    @Test
    void rulesOfOursThatAreNotWhatTheConfigurationSaysAreNamed() {
        Rules none = new Rules(List.of(HOUSEKEEPING), List.of());
        Resident without = new Resident("clean", Kind.TABLE, CLEAN.location(), DATASET, Optional.empty());

        assertThat(RuleChecks.of("data", none, Optional.empty(), List.of(CLEAN)))
                .filteredOn(finding -> finding.severity() == Severity.WARNING)
                .singleElement()
                .satisfies(finding -> {
                    assertThat(finding.found())
                            .isEqualTo(
                                    "of Lakeproof's rules for clean 2 are missing, 0 differ from the configuration, 0"
                                            + " are no longer in it");
                    assertThat(finding.fix()).isEqualTo("lakeproof lifecycle rules --config FILE --table clean");
                });
        assertThat(RuleChecks.of("data", new Rules(List.of(HOUSEKEEPING), OURS), Optional.empty(), List.of(without)))
                .filteredOn(finding -> finding.severity() == Severity.WARNING)
                .singleElement()
                .extracting(Finding::fix)
                .asString()
                .contains("lakeproof lifecycle rules --remove");
    }

    @Test
    void whatNoRuleEndsIsSaid() {
        Rules none = new Rules(List.of(), OURS);

        assertThat(RuleChecks.of("data", none, Optional.of(Versioning.ENABLED), List.of(CLEAN)))
                .extracting(Finding::severity, Finding::found)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(
                                Severity.OK, "0 rules, which leave _delta_log, live files and records alone"),
                        org.assertj.core.groups.Tuple.tuple(Severity.INFO, "noncurrent versions are kept for ever"),
                        org.assertj.core.groups.Tuple.tuple(
                                Severity.INFO, "uploads that were never finished are kept for ever"));
        assertThat(RuleChecks.of("data", none, Optional.of(Versioning.OFF), List.of(SOURCE)))
                .extracting(Finding::severity)
                .containsExactly(Severity.OK);
    }
}
