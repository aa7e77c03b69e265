package io.lakeproof.lifecycle;

import io.lakeproof.config.LifecycleConfig;
import io.lakeproof.model.StorageClass;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A lifecycle rule of ours: it moves the objects of one table that carry the tags of one tier. Ages of rules count from the
 * object's creation and tiers from the event date, so the rule acts as soon as S3 allows and the tag says when.
 *
 * @param prefix of the keys
 * @param tags that an object must have, all of them
 * @param leastBytes of the objects that it moves
 * @param days the object's age
 */
public record TierRule(
        String id,
        String prefix,
        SortedMap<String, String> tags,
        long leastBytes,
        int days,
        StorageClass storageClass) {
    /** With which the ids of all our rules begin. */
    public static final String OURS = "lakeproof-";

    public TierRule {
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }

    /** With which the ids of the rules of one table begin. */
    public static String idPrefix(String dataset) {
        return OURS + dataset + "/";
    }

    /** True if an id is that of a rule of the table whose ids begin so; the tier behind has no slash. */
    public static boolean isOf(String id, String idPrefix) {
        return id.startsWith(idPrefix) && id.indexOf('/', idPrefix.length()) < 0;
    }

    /**
     * The rules of a table: one for each tier that moves objects.
     *
     * @param dataset the tag
     * @param prefix of the keys of the table
     */
    public static List<TierRule> of(LifecycleConfig config, String dataset, String prefix) {
        return config.tiers().stream()
                .flatMap(tier -> tier
                        .storageClass()
                        .map(target -> new TierRule(
                                idPrefix(dataset) + tier.name(),
                                prefix,
                                new TreeMap<>(Map.of(
                                        ObjectTags.CLASS,
                                        config.dataClass(),
                                        ObjectTags.DATASET,
                                        dataset,
                                        ObjectTags.TIER,
                                        tier.name())),
                                Tiering.LEAST_BYTES,
                                target.leastRuleDays(),
                                target))
                        .stream())
                .toList();
    }

    /** As S3 writes it (Amazon S3 API Reference, "LifecycleRule"). */
    public String xml() {
        StringBuilder xml = new StringBuilder("<Rule><ID>").append(escaped(id)).append("</ID><Filter><And>");
        xml.append("<Prefix>").append(escaped(prefix)).append("</Prefix>");
        tags.forEach((key, value) -> xml.append("<Tag><Key>")
                .append(escaped(key))
                .append("</Key><Value>")
                .append(escaped(value))
                .append("</Value></Tag>"));
        // "Greater than", so that an object of just this size is moved.
        xml.append("<ObjectSizeGreaterThan>").append(leastBytes - 1).append("</ObjectSizeGreaterThan>");
        return xml.append("</And></Filter><Status>Enabled</Status><Transition><Days>")
                .append(days)
                .append("</Days><StorageClass>")
                .append(storageClass)
                .append("</StorageClass></Transition></Rule>")
                .toString();
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
