package io.lakeproof.posture;

import io.lakeproof.config.LifecycleConfig;
import io.lakeproof.config.LifecycleConfig.Tier;
import io.lakeproof.lifecycle.ObjectTags;
import io.lakeproof.lifecycle.RuleText;
import io.lakeproof.lifecycle.RulesChange;
import io.lakeproof.lifecycle.TierRule;
import io.lakeproof.posture.BucketPosture.Rules;
import io.lakeproof.posture.BucketPosture.Versioning;
import io.lakeproof.posture.RuleAction.Verdict;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The lifecycle rules of a bucket, ours and those of others, against what lies in it. */
public final class RuleChecks {
    public static final String NAME = "lifecycle-rules";

    private final String bucket;
    private final Rules rules;
    private final List<Resident> residents;

    private RuleChecks(String bucket, Rules rules, List<Resident> residents) {
        this.bucket = bucket;
        this.rules = rules;
        this.residents = residents;
    }

    /**
     * Judges.
     *
     * @param versioning of the bucket, if it is known
     * @param residents in this bucket
     */
    public static List<Finding> of(
            String bucket, Rules rules, Optional<Versioning> versioning, List<Resident> residents) {
        RuleChecks checks = new RuleChecks(bucket, rules, residents);
        List<Finding> findings = new ArrayList<>();
        for (Resident resident : residents) {
            checks.drift(resident).ifPresent(findings::add);
            rules.rules().stream()
                    .filter(rule -> !checks.isOurs(rule, resident))
                    .flatMap(rule -> checks.touching(rule, resident))
                    .forEach(findings::add);
        }
        boolean isQuiet = findings.stream().allMatch(finding -> finding.severity() == Severity.INFO);
        if (isQuiet) {
            findings.add(Finding.ok(
                    NAME,
                    bucket,
                    rules.rules().size() + (rules.rules().size() == 1 ? " rule, which leaves" : " rules, which leave")
                            + " _delta_log, live files and records alone"));
        }
        if (residents.stream().anyMatch(resident -> resident.kind().isWritten())) {
            findings.addAll(
                    checks.missing(versioning.filter(Versioning.ENABLED::equals).isPresent()));
        }
        return findings;
    }

    /** Rules of ours that are not what the configuration says. */
    private Optional<Finding> drift(Resident resident) {
        if (resident.dataset().isEmpty()) {
            return Optional.empty();
        }
        List<TierRule> wanted = resident.lifecycle()
                .map(config -> TierRule.of(
                        config, resident.dataset(), resident.location().prefix()))
                .orElse(List.of());
        RulesChange change = RulesChange.of(rules.texts(), RuleText.of(wanted), TierRule.idPrefix(resident.dataset()));
        if (change.isEmpty()) {
            return Optional.empty();
        }
        boolean isGone = resident.lifecycle().isEmpty();
        return Optional.of(new Finding(
                NAME,
                Severity.WARNING,
                bucket,
                "of Lakeproof's rules for " + resident.name() + " "
                        + change.added().size() + " are missing, "
                        + change.changed().size() + " differ from the configuration, "
                        + change.removed().size() + " are no longer in it",
                "Objects move at other times, or to other classes, than the tiers say.",
                isGone
                        ? "Bring the section lifecycle back for `lakeproof lifecycle rules --remove`, or delete the"
                                + " rules whose ids begin with " + TierRule.idPrefix(resident.dataset()) + "."
                        : "lakeproof lifecycle rules --config FILE --table " + resident.name()));
    }

    private boolean isOurs(LifecycleRule rule, Resident resident) {
        return !resident.dataset().isEmpty() && TierRule.isOf(rule.id(), TierRule.idPrefix(resident.dataset()));
    }

    private Stream<Finding> touching(LifecycleRule rule, Resident resident) {
        Set<Part> parts = resident.under(rule.prefix());
        return rule.actions().stream()
                .flatMap(action -> parts.stream()
                        .filter(part -> rule.tags().isEmpty() || part != Part.LOG)
                        .map(part -> softened(action.on(part), rule, action, resident))
                        .min(Comparator.comparing(Verdict::severity))
                        .filter(verdict -> verdict.severity() != Severity.OK)
                        .map(verdict -> finding(rule, resident, verdict))
                        .stream());
    }

    /** A rule that is off, or asks for tags that nobody but somebody else sets, does nothing by itself. */
    private static Verdict softened(Verdict verdict, LifecycleRule rule, RuleAction action, Resident resident) {
        if (verdict.severity() == Severity.OK) {
            return verdict;
        }
        if (!rule.isEnabled()) {
            return new Verdict(Severity.INFO, "is disabled; enabled, it " + verdict.what(), verdict.why());
        }
        if (rule.tags().isEmpty()) {
            return verdict;
        }
        String what = verdict.what() + ", of those with the tags " + rule.tags();
        Optional<LifecycleConfig> ours = resident.lifecycle().filter(config -> fits(rule.tags(), config, resident));
        boolean isDue = ours.isPresent() && !(action instanceof RuleAction.Move && ofUnreadableTier(rule, ours.get()));
        return new Verdict(isDue ? verdict.severity() : Severity.INFO, what, verdict.why());
    }

    /** True if an object can have these tags from {@code lifecycle apply} alone. */
    private static boolean fits(Map<String, String> tags, LifecycleConfig config, Resident resident) {
        Predicate<Map.Entry<String, String>> fits = tag -> switch (tag.getKey()) {
            case ObjectTags.CLASS -> tag.getValue().equals(config.dataClass());
            case ObjectTags.DATASET -> tag.getValue().equals(resident.dataset());
            case ObjectTags.TIER -> config.tiers().stream().map(Tier::name).anyMatch(tag.getValue()::equals);
            case ObjectTags.MODEL, ObjectTags.LINEAGE -> true;
            default -> false;
        };
        return tags.entrySet().stream().allMatch(fits);
    }

    /** True for objects that the tiers send to an archive anyway: no live one has the tag. */
    private static boolean ofUnreadableTier(LifecycleRule rule, LifecycleConfig config) {
        return config.tiers().stream()
                .anyMatch(tier -> tier.name().equals(rule.tags().get(ObjectTags.TIER)) && !tier.isReadable());
    }

    private Finding finding(LifecycleRule rule, Resident resident, Verdict verdict) {
        String folder = resident.location().prefix();
        return new Finding(
                NAME,
                verdict.severity(),
                bucket,
                resident.name() + ": rule " + rule.name() + " " + verdict.what(),
                verdict.why(),
                editing("set \"Status\": \"Disabled\" in the rule " + rule.name()
                        + ", or a \"Prefix\" that neither begins \"" + folder + "\" nor lies below it"));
    }

    /** What nobody does that somebody should. */
    private List<Finding> missing(boolean isVersioned) {
        List<Finding> findings = new ArrayList<>();
        if (isVersioned && !doesForAll(RuleAction.ExpireNoncurrent.class)) {
            findings.add(new Finding(
                    NAME,
                    Severity.INFO,
                    bucket,
                    "noncurrent versions are kept for ever",
                    "The bucket keeps, and bills, every file that `retain` or VACUUM deletes.",
                    editing("add {\"ID\": \"noncurrent\", \"Status\": \"Enabled\", \"Filter\": {\"Prefix\": \"\"},"
                            + " \"NoncurrentVersionExpiration\": {\"NoncurrentDays\": 30}}")));
        }
        if (!doesForAll(RuleAction.AbortUploads.class)) {
            findings.add(new Finding(
                    NAME,
                    Severity.INFO,
                    bucket,
                    "uploads that were never finished are kept for ever",
                    "A run that is killed leaves parts behind, which no listing shows and the bill has.",
                    editing("add {\"ID\": \"uploads\", \"Status\": \"Enabled\", \"Filter\": {\"Prefix\": \"\"},"
                            + " \"AbortIncompleteMultipartUpload\": {\"DaysAfterInitiation\": 7}}")));
        }
        return findings;
    }

    private boolean doesForAll(Class<? extends RuleAction> action) {
        return residents.stream()
                .filter(resident -> resident.kind().isWritten())
                .allMatch(resident -> rules.rules().stream()
                        .filter(rule -> rule.isEnabled() && rule.tags().isEmpty())
                        .filter(rule -> resident.location().prefix().startsWith(rule.prefix()))
                        .anyMatch(rule -> rule.actions().stream().anyMatch(action::isInstance)));
    }

    /** S3 only reads and replaces the whole configuration. */
    private String editing(String edit) {
        return (rules.rules().isEmpty()
                        ? "in a new rules.json, {\"Rules\": [ … ]}, "
                        : "aws s3api get-bucket-lifecycle-configuration --bucket " + bucket + " > rules.json; in it ")
                + edit + "; aws s3api put-bucket-lifecycle-configuration --bucket " + bucket
                + " --lifecycle-configuration file://rules.json";
    }
}
