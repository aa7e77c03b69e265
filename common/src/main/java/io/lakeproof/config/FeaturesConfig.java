package io.lakeproof.config;

import io.lakeproof.model.Sha256;
import java.time.ZoneId;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which features are made of the clean table's rows, and where they go.
 *
 * @param zone the pipeline's: of calendar days and of SQL expressions
 * @param key columns that tell the source's rows apart: those of the dedup if the source is its target, otherwise none are
 *     known and the list is empty
 * @param entity columns whose values windows do not cross; a null is a value like any other
 * @param time the timestamp column
 * @param version the model version: the partition {@code model} of the output, bound to the definitions
 * @param source path of the Delta table to read
 * @param target path of the Delta table of features
 * @param retentionDays how many days old versions and their files are kept, at least
 * @param columns further columns of the source that the output has too
 * @param define the features, in the order of the file
 */
public record FeaturesConfig(
        ZoneId zone,
        List<String> key,
        List<String> entity,
        String time,
        String version,
        String source,
        String target,
        int retentionDays,
        List<String> columns,
        List<FeatureSpec> define) {
    public FeaturesConfig {
        key = List.copyOf(key);
        entity = List.copyOf(entity);
        columns = List.copyOf(columns);
        define = List.copyOf(define);
    }

    /** The columns of the source that the output has, in order: key, entity, time, and those that {@code columns} names. */
    public List<String> carried() {
        Set<String> carried = new LinkedHashSet<>(key);
        carried.addAll(entity);
        carried.add(time);
        carried.addAll(columns);
        return List.copyOf(carried);
    }

    /** No two rows of an entity can have the same time, since the source's key has no column besides. */
    public boolean hasUniqueTimes() {
        return !key.isEmpty() && key.stream().allMatch(column -> entity.contains(column) || column.equals(time));
    }

    /**
     * SHA-256 over what a model version is bound to: the definitions, whatever their order, and the entity, time and zone that
     * they are read with.
     */
    public String definitionsDigest() {
        Sha256 sha = new Sha256().raw("lakeproof.features.1").text(zone.getId()).text(time);
        sha.number(entity.size());
        entity.stream().sorted().forEach(sha::text);
        sha.number(define.size());
        define.stream().sorted(Comparator.comparing(FeatureSpec::name)).forEach(spec -> spec.addTo(sha));
        return sha.hex();
    }

    /** SHA-256 over all settings that shape the rows: the definitions, the model version and the columns carried along. */
    public String featuresDigest() {
        Sha256 sha = new Sha256()
                .raw("lakeproof.features-job.1")
                .text(definitionsDigest())
                .text(version);
        sha.number(carried().size());
        carried().stream().sorted().forEach(sha::text);
        return sha.hex();
    }

    /** The same features of another table, in another. */
    FeaturesConfig at(String otherSource, String otherTarget) {
        return new FeaturesConfig(
                zone, key, entity, time, version, otherSource, otherTarget, retentionDays, columns, define);
    }
}
