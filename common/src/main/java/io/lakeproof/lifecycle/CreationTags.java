package io.lakeproof.lifecycle;

import io.lakeproof.config.LifecycleConfig;
import io.lakeproof.config.LifecycleConfig.Tier;
import io.lakeproof.model.PartitionPath;
import io.lakeproof.model.StorageClass;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The tags that an object gets when it is written, as far as its key tells them: all but the lineage, since the seal comes after
 * the commit. They travel to the executors as one text of Hadoop's configuration.
 *
 * @param asOf the day of the run
 */
public record CreationTags(LifecycleConfig config, LocalDate asOf, List<Table> tables) {
    private static final String SEPARATOR = ",";

    public CreationTags {
        tables = List.copyOf(tables);
    }

    /** A table whose objects get tags. */
    public record Table(String dataset, S3Location location) {}

    /** The tags of a new object; empty if it is no data object of these tables, or its key tells no partition. */
    public Optional<ObjectTags> of(String bucket, String key) {
        return tables.stream()
                .filter(table -> table.location().bucket().equals(bucket)
                        && key.startsWith(table.location().prefix()))
                .findFirst()
                .flatMap(table -> tags(
                        table.dataset(), key.substring(table.location().prefix().length())));
    }

    private Optional<ObjectTags> tags(String dataset, String file) {
        int slash = file.lastIndexOf('/');
        boolean isHidden = file.startsWith("_") || file.startsWith(".") || file.contains("/_") || file.contains("/.");
        if (slash == file.length() - 1 || isHidden) {
            return Optional.empty();
        }
        try {
            Map<String, @Nullable String> partition = PartitionPath.parse(slash < 0 ? "" : file.substring(0, slash));
            Optional<String> model = Optional.ofNullable(partition.get("model"));
            TableObject object = new TableObject(file, EventDate.of(partition), model, true, false, Optional.empty());
            Tier tier = new Tiering(config, asOf).of(object);
            return Optional.of(ObjectTags.of(config.dataClass(), dataset, tier, model, Optional.empty()));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The inverse of {@link #parse}, as far as it matters to new objects. */
    public String text() {
        List<String> lines = new ArrayList<>();
        lines.add("class=" + config.dataClass());
        lines.add("as-of=" + asOf);
        lines.add("archive-live=" + config.archiveLive());
        config.tiers()
                .forEach(tier -> lines.add("tier=" + tier.name() + SEPARATOR + tier.afterDays() + SEPARATOR
                        + tier.storageClass().map(Enum::name).orElse("")));
        tables.forEach(table -> lines.add("table=" + table.dataset() + SEPARATOR
                + table.location().bucket() + SEPARATOR + table.location().prefix()));
        return String.join("\n", lines);
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @throws IllegalArgumentException if it is something else
     */
    public static CreationTags parse(String text) {
        String dataClass = "";
        LocalDate asOf = LocalDate.EPOCH;
        boolean archiveLive = false;
        List<Tier> tiers = new ArrayList<>();
        List<Table> tables = new ArrayList<>();
        for (String line : text.split("\n", -1)) {
            String value = line.substring(line.indexOf('=') + 1);
            String[] parts = value.split(SEPARATOR, 3);
            switch (line.substring(0, Math.max(0, line.indexOf('=')))) {
                case "class" -> dataClass = value;
                case "as-of" -> asOf = LocalDate.parse(value);
                case "archive-live" -> archiveLive = value.equals("true");
                case "tier" ->
                    tiers.add(new Tier(
                            parts[0],
                            Integer.parseInt(parts[1]),
                            parts[2].isEmpty() ? Optional.empty() : StorageClass.named(parts[2])));
                case "table" -> tables.add(new Table(parts[0], new S3Location(parts[1], parts[2])));
                default -> throw new IllegalArgumentException("\"" + line + "\" is no line of tags for new objects");
            }
        }
        return new CreationTags(new LifecycleConfig(dataClass, tiers, archiveLive, Optional.empty(), 1), asOf, tables);
    }
}
