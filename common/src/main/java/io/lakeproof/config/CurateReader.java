package io.lakeproof.config;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/** The settings of {@code curate}. */
final class CurateReader {
    private final Section section;
    private final DedupConfig dedup;
    private final Optional<FeaturesConfig> features;

    private CurateReader(Section section, DedupConfig dedup, Optional<FeaturesConfig> features) {
        this.section = section;
        this.dedup = dedup;
        this.features = features;
    }

    /** A table to read. */
    private record Source(String path, Optional<String> model) {}

    /**
     * Reads the section.
     *
     * @param tables paths of the pipeline's other tables, but that of the features
     */
    static CurateConfig read(
            Section section, ZoneId zone, DedupConfig dedup, Optional<FeaturesConfig> features, Set<String> tables) {
        return new CurateReader(section, dedup, features).curate(zone, tables);
    }

    private CurateConfig curate(ZoneId zone, Set<String> tables) {
        Source source = source();
        String target = section.text("target", PipelineReader::path, "");
        boolean taken = tables.contains(target)
                || target.equals(source.path())
                || features.filter(config -> config.target().equals(target)).isPresent();
        if (!target.isEmpty() && taken) {
            section.problem(
                    "target", "= \"" + target + "\" is the path of another table of the pipeline; name its own");
        }
        List<String> groupBy = expressions("group-by", SqlGuard::check);
        List<String> select = select(groupBy);
        Optional<String> where =
                section.textOr("where", text -> Optional.of(SqlGuard.check(text)), Optional.<String>empty());
        String date = section.textOr("date", SqlGuard::check, "event_date");
        String version = section.text("version", PipelineReader::modelVersion, "");
        int retention = section.textOr("retention", PipelineReader::days, 365);
        List<QualityRule> constraints = PipelineReader.rules(section, "constraints");
        long fileSize = section.textOr("target-file-size", ByteSize::ofFiles, 128_000_000L);
        List<String> clusterBy = clusterBy();
        section.refuseUnknownKeys();
        return new CurateConfig(
                zone,
                source.path(),
                source.model(),
                select,
                where,
                groupBy,
                date,
                version,
                target,
                retention,
                constraints,
                fileSize,
                clusterBy);
    }

    private Source source() {
        String name = section.textOr("source", text -> text, "clean");
        Optional<String> model = section.textOr(
                "source-model", text -> Optional.of(PipelineReader.modelVersion(text)), Optional.<String>empty());
        return switch (name) {
            case "clean" -> byDate(dedup.target(), name);
            case "windowed" ->
                byDate(
                        dedup.window().map(WindowConfig::target).orElseGet(() -> {
                            section.problem("source", "= windowed: set dedup.within and dedup.windowed-target");
                            return "";
                        }),
                        name);
            case "features" ->
                features.map(config -> new Source(config.target(), model.or(() -> Optional.of(config.version()))))
                        .orElseGet(() -> {
                            section.problem("source", "= features: the pipeline has no section features");
                            return new Source("", model);
                        });
            default -> new Source(path(name), model);
        };
    }

    private Source byDate(String path, String name) {
        if (section.has("source-model")) {
            section.problem("source-model", "does nothing for source = " + name + ", which has no models; delete it");
        }
        return new Source(path, Optional.empty());
    }

    private String path(String text) {
        try {
            return PipelineReader.path(text);
        } catch (IllegalArgumentException e) {
            section.problem("source", "= \"" + text + "\": clean, windowed, features, or the path of a sealed table");
            return "";
        }
    }

    private List<String> select(List<String> groupBy) {
        List<String> select = expressions(
                "select",
                text -> text.strip().equals(CurateConfig.ALL)
                        ? CurateConfig.ALL
                        : OrderGuard.check(SqlGuard.check(text)));
        boolean all = select.isEmpty() || select.contains(CurateConfig.ALL);
        if (!groupBy.isEmpty() && all) {
            section.problem(
                    section.has("select") ? "select" : "group-by",
                    "takes all columns, but of a group there is one row: name its columns in select, for example"
                            + " [user_id, \"count(*) as n\"]");
        }
        return select.isEmpty() ? List.of(CurateConfig.ALL) : select;
    }

    private List<String> expressions(String key, Function<String, String> guard) {
        List<String> checked = new ArrayList<>();
        for (String text : section.texts(key)) {
            try {
                checked.add(guard.apply(text));
            } catch (IllegalArgumentException e) {
                section.problem(key, "= \"" + text + "\": " + e.getMessage());
            }
        }
        return checked;
    }

    private List<String> clusterBy() {
        List<String> columns = section.texts("cluster-by");
        if (new TreeSet<>(columns).size() < columns.size()) {
            section.problem("cluster-by", "= " + columns + " names a column twice");
        }
        return columns;
    }
}
