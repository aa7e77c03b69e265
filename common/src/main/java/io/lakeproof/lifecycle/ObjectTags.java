package io.lakeproof.lifecycle;

import io.lakeproof.config.LifecycleConfig.Tier;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The tags that we put on data objects (Amazon S3 User Guide, "Categorizing your storage using tags": at most 10, keys of up
 * to 128 characters, values of up to 256).
 *
 * @param tags ours alone, by key; without {@code lineage} if nobody knows it, without {@code model} for a table that has none
 */
public record ObjectTags(SortedMap<String, String> tags) {
    /** How many tags an object can have. */
    public static final int MOST = 10;

    public static final String CLASS = "class";
    public static final String TIER = "tier";
    public static final String DATASET = "dataset";
    public static final String MODEL = "model";
    public static final String LINEAGE = "lineage";

    /** Leaves room for the pipeline in a tag, and for the tier in the id of a rule. */
    private static final int LONGEST_NAME = 128;

    private static final Set<String> OURS = Set.of(CLASS, TIER, DATASET, MODEL, LINEAGE);

    public ObjectTags {
        tags = Collections.unmodifiableSortedMap(new TreeMap<>(tags));
    }

    /** The tags of an object of a table. */
    public static ObjectTags of(
            String dataClass, String dataset, Tier tier, Optional<String> model, Optional<String> lineage) {
        SortedMap<String, String> tags = new TreeMap<>();
        tags.put(CLASS, dataClass);
        tags.put(TIER, tier.name());
        tags.put(DATASET, dataset);
        model.ifPresent(version -> tags.put(MODEL, version));
        lineage.ifPresent(seal -> tags.put(LINEAGE, seal));
        return new ObjectTags(tags);
    }

    /**
     * The name of a table for the tag {@code dataset}: the pipeline and the keys' prefix, {@code user-events/clean/events}. What
     * a tag cannot say is replaced, and then a number tells it from others.
     */
    public static String dataset(String pipeline, S3Location table) {
        String path = table.prefix().replaceAll("/$", "");
        String name = path.replaceAll("[^A-Za-z0-9 +=._:/@-]", "_");
        if (name.length() > LONGEST_NAME || !name.equals(path)) {
            name = name.substring(0, Math.min(name.length(), LONGEST_NAME))
                    + String.format(Locale.ROOT, "-%08x", path.hashCode());
        }
        return pipeline + "/" + name;
    }

    /**
     * What the object shall have: ours, and those of others as they are. A lineage that is there and that nobody can tell anew
     * stays.
     */
    public SortedMap<String, String> over(Map<String, String> present) {
        SortedMap<String, String> all = new TreeMap<>(present);
        all.keySet().removeIf(key -> OURS.contains(key) && !key.equals(LINEAGE));
        all.putAll(tags);
        return Collections.unmodifiableSortedMap(all);
    }

    /** As S3 takes them in the header {@code x-amz-tagging}: {@code class=training&tier=hot}. */
    public String header() {
        StringBuilder header = new StringBuilder();
        tags.forEach((key, value) -> header.append(header.length() == 0 ? "" : "&")
                .append(key)
                .append('=')
                .append(encoded(value)));
        return header.toString();
    }

    /** As in the query of a URL; what may stand there as it is does. */
    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%2F", "/")
                .replace("%3A", ":")
                .replace("%40", "@");
    }
}
