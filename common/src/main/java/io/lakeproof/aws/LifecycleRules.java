package io.lakeproof.aws;

import io.lakeproof.posture.LifecycleRule;
import io.lakeproof.posture.RuleAction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.s3.model.ExpirationStatus;
import software.amazon.awssdk.services.s3.model.LifecycleRuleFilter;
import software.amazon.awssdk.services.s3.model.Tag;

/** Rules of the SDK's model as records of ours. */
final class LifecycleRules {
    private LifecycleRules() {}

    @SuppressWarnings("deprecation") // the prefix of rules from before 2016
    static LifecycleRule of(software.amazon.awssdk.services.s3.model.LifecycleRule rule) {
        String prefix = rule.prefix();
        List<Tag> tags = new ArrayList<>();
        LifecycleRuleFilter filter = rule.filter();
        if (filter != null && filter.and() != null) {
            prefix = filter.and().prefix();
            tags.addAll(filter.and().tags());
        } else if (filter != null) {
            prefix = filter.prefix();
            if (filter.tag() != null) {
                tags.add(filter.tag());
            }
        }
        TreeMap<String, String> byKey = new TreeMap<>();
        tags.forEach(tag -> byKey.put(tag.key(), tag.value() == null ? "" : tag.value()));
        return new LifecycleRule(
                orEmpty(rule.id()), rule.status() == ExpirationStatus.ENABLED, orEmpty(prefix), byKey, actions(rule));
    }

    private static List<RuleAction> actions(software.amazon.awssdk.services.s3.model.LifecycleRule rule) {
        List<RuleAction> actions = new ArrayList<>();
        if (rule.expiration() != null) {
            boolean isOfMarkers = Boolean.TRUE.equals(rule.expiration().expiredObjectDeleteMarker());
            actions.add(
                    isOfMarkers
                            ? new RuleAction.DropMarkers()
                            : new RuleAction.Expire(when(
                                    rule.expiration().days(), rule.expiration().date())));
        }
        rule.transitions()
                .forEach(move -> actions.add(
                        new RuleAction.Move(when(move.days(), move.date()), orEmpty(move.storageClassAsString()))));
        if (rule.noncurrentVersionExpiration() != null) {
            actions.add(new RuleAction.ExpireNoncurrent(
                    orZero(rule.noncurrentVersionExpiration().noncurrentDays())));
        }
        rule.noncurrentVersionTransitions()
                .forEach(move -> actions.add(new RuleAction.MoveNoncurrent(
                        orZero(move.noncurrentDays()), orEmpty(move.storageClassAsString()))));
        if (rule.abortIncompleteMultipartUpload() != null) {
            actions.add(new RuleAction.AbortUploads(
                    orZero(rule.abortIncompleteMultipartUpload().daysAfterInitiation())));
        }
        return actions;
    }

    private static String when(@Nullable Integer days, @Nullable Instant date) {
        if (date != null) {
            return "from " + date + " on";
        }
        int count = orZero(days);
        return "after " + count + (count == 1 ? " day" : " days");
    }

    private static int orZero(@Nullable Integer number) {
        return number == null ? 0 : number;
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
