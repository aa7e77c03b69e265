package io.lakeproof.lifecycle;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What becomes of the rules of a bucket.
 *
 * @param added rules of ours that are not there
 * @param changed rules of ours that are there otherwise: as they are, and as they shall be
 * @param removed rules of ours that are no longer wanted
 * @param same rules of ours that are there as they shall be
 * @param others all other rules, which stay as they are
 */
public record RulesChange(
        List<RuleText> added,
        Map<RuleText, RuleText> changed,
        List<RuleText> removed,
        List<RuleText> same,
        List<RuleText> others) {
    /** S3 takes so many rules. */
    public static final int MOST = 1_000;

    public RulesChange {
        added = List.copyOf(added);
        changed = Collections.unmodifiableMap(new LinkedHashMap<>(changed));
        removed = List.copyOf(removed);
        same = List.copyOf(same);
        others = List.copyOf(others);
    }

    /**
     * Compares.
     *
     * @param present the bucket's rules
     * @param wanted ours
     * @param idPrefix with which the ids of ours begin; whatever else there is belongs to others
     */
    public static RulesChange of(List<RuleText> present, List<RuleText> wanted, String idPrefix) {
        Map<String, RuleText> missing = new LinkedHashMap<>();
        wanted.forEach(rule -> missing.put(rule.id(), rule));
        Map<RuleText, RuleText> changed = new LinkedHashMap<>();
        List<RuleText> removed = new ArrayList<>();
        List<RuleText> same = new ArrayList<>();
        List<RuleText> others = new ArrayList<>();
        for (RuleText rule : present) {
            if (!rule.isOf(idPrefix)) {
                others.add(rule);
                continue;
            }
            RuleText now = missing.remove(rule.id());
            if (now == null) {
                removed.add(rule);
            } else if (now.equals(rule)) {
                same.add(rule);
            } else {
                changed.put(rule, now);
            }
        }
        return new RulesChange(List.copyOf(missing.values()), changed, removed, same, others);
    }

    /** True if there is nothing to write. */
    public boolean isEmpty() {
        return added.isEmpty() && changed.isEmpty() && removed.isEmpty();
    }

    /** All rules as they shall be, in no order that would mean anything. */
    public List<RuleText> after() {
        List<RuleText> after = new ArrayList<>(others);
        after.addAll(same);
        after.addAll(changed.values());
        after.addAll(added);
        return after;
    }
}
