package io.lakeproof.posture;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A rule of a bucket's lifecycle configuration. Filters by size are left out: a file of a table can have any size.
 *
 * @param id empty if it has none
 * @param prefix of the keys; empty for all
 * @param tags that an object must have, all of them
 */
public record LifecycleRule(
        String id, boolean isEnabled, String prefix, SortedMap<String, String> tags, List<RuleAction> actions) {
    public LifecycleRule {
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
        actions = List.copyOf(actions);
    }

    /** An enabled rule of one action. */
    public static LifecycleRule of(String id, String prefix, Map<String, String> tags, RuleAction action) {
        return new LifecycleRule(id, true, prefix, new TreeMap<>(tags), List.of(action));
    }

    /** By which a person finds it. */
    String name() {
        return id.isEmpty() ? "without an id, prefix \"" + prefix + "\"" : "\"" + id + "\"";
    }
}
