package io.lakeproof.aws;

import io.lakeproof.error.Failure;
import io.lakeproof.lifecycle.RuleText;
import io.lakeproof.lifecycle.RulesChange;
import io.lakeproof.lifecycle.TierRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.GetBucketLifecycleConfigurationResponse;
import software.amazon.awssdk.services.s3.model.LifecycleRule;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Transition;
import software.amazon.awssdk.services.s3.model.TransitionStorageClass;

/**
 * The lifecycle configuration of a bucket, read, merged and replaced. The rules of others pass through the SDK's model; whether
 * they came through whole is told by the texts, before anything is sent.
 */
final class LifecycleConfigurations {
    private LifecycleConfigurations() {}

    /**
     * A configuration.
     *
     * @param rules as S3 sent them
     * @param model the same as the SDK understands it; empty for a bucket without a configuration
     */
    record Read(List<RuleText> rules, Optional<GetBucketLifecycleConfigurationResponse> model) {}

    static Read read(S3Client s3, String bucket) {
        BodyWatch body = new BodyWatch();
        try {
            GetBucketLifecycleConfigurationResponse model = s3.getBucketLifecycleConfiguration(
                    request -> request.bucket(bucket).overrideConfiguration(override -> override.addPlugin(body)));
            return new Read(RuleText.parse(body.received()), Optional.of(model));
        } catch (S3Exception e) {
            if (e.awsErrorDetails() != null
                    && "NoSuchLifecycleConfiguration".equals(e.awsErrorDetails().errorCode())) {
                return new Read(List.of(), Optional.empty());
            }
            throw e;
        }
    }

    static void replace(S3Client s3, String bucket, List<RuleText> seen, String idPrefix, List<TierRule> ours) {
        Read now = read(s3, bucket);
        if (!sorted(now.rules()).equals(sorted(seen))) {
            throw new Failure.Conflict(
                    "somebody has changed the lifecycle rules of bucket " + bucket
                            + " since they were compared; nothing was" + " written",
                    "Run again: it compares first.");
        }
        List<LifecycleRule> rules = new ArrayList<>();
        now.model()
                .ifPresent(model -> model.rules().stream()
                        .filter(rule -> rule.id() == null || !TierRule.isOf(rule.id(), idPrefix))
                        .forEach(rules::add));
        ours.forEach(rule -> rules.add(model(rule)));
        List<RuleText> wanted =
                RulesChange.of(seen, RuleText.of(ours), idPrefix).after();
        if (rules.isEmpty()) {
            s3.deleteBucketLifecycle(request -> request.bucket(bucket));
        } else {
            put(s3, bucket, rules, now, wanted);
        }
        if (!sorted(read(s3, bucket).rules()).equals(sorted(wanted))) {
            throw new Failure.Conflict(
                    "the lifecycle rules of bucket " + bucket
                            + " are not what was written: somebody else writes them at the"
                            + " same time, or the server keeps them in another way",
                    "Run with --dry-run to see how they differ, then again.");
        }
    }

    private static void put(S3Client s3, String bucket, List<LifecycleRule> rules, Read now, List<RuleText> wanted) {
        BodyWatch body = new BodyWatch(xml -> {
            List<RuleText> lost = new ArrayList<>(wanted);
            RuleText.parse(xml).forEach(lost::remove);
            if (!lost.isEmpty()) {
                throw new Failure.Configuration(
                        "bucket " + bucket + " has a lifecycle rule, \""
                                + lost.get(0).id() + "\", with a part that this"
                                + " version of Lakeproof cannot write back as it is; nothing was written",
                        "Add the rules that `lifecycle rules --dry-run` shows in another way.");
            }
        });
        s3.putBucketLifecycleConfiguration(request -> {
            request.bucket(bucket)
                    .lifecycleConfiguration(configuration -> configuration.rules(rules))
                    .overrideConfiguration(override -> override.addPlugin(body));
            now.model()
                    .map(GetBucketLifecycleConfigurationResponse::transitionDefaultMinimumObjectSizeAsString)
                    .ifPresent(request::transitionDefaultMinimumObjectSize);
        });
    }

    private static LifecycleRule model(TierRule rule) {
        List<Tag> tags = rule.tags().entrySet().stream()
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
        return LifecycleRule.builder()
                .id(rule.id())
                .status(ExpirationStatus.ENABLED)
                .filter(filter -> filter.and(
                        and -> and.prefix(rule.prefix()).tags(tags).objectSizeGreaterThan(rule.leastBytes() - 1)))
                .transitions(Transition.builder()
                        .days(rule.days())
                        .storageClass(TransitionStorageClass.fromValue(
                                rule.storageClass().name()))
                        .build())
                .build();
    }

    private static List<RuleText> sorted(List<RuleText> rules) {
        return rules.stream()
                .sorted(Comparator.comparing(RuleText::id).thenComparing(RuleText::text))
                .toList();
    }
}
