package io.lakeproof.config;

import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** The settings of {@code features}, but the definitions, which {@link FeatureReader} reads. */
final class FeaturesReader {
    /** Names of columns that the curated writer or the dedup job makes. */
    private static final Set<String> RESERVED = Set.of("year", "month", "day", "model", "event_date");

    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,63}");

    private final Section section;
    private final DedupConfig dedup;

    private FeaturesReader(Section section, DedupConfig dedup) {
        this.section = section;
        this.dedup = dedup;
    }

    /**
     * Reads the section.
     *
     * @param tables paths of the pipeline's other tables
     */
    static FeaturesConfig read(Section section, ZoneId zone, DedupConfig dedup, Set<String> tables) {
        return new FeaturesReader(section, dedup).features(zone, tables);
    }

    private FeaturesConfig features(ZoneId zone, Set<String> tables) {
        List<String> entity = columns("entity");
        if (entity.isEmpty()) {
            section.problem(
                    "entity", "is missing or empty: name the columns whose rows belong together, for example user_id");
        }
        String time = section.textOr("time", text -> text, dedup.eventTime());
        if (entity.contains(time)) {
            section.problem(
                    "entity", "= " + entity + " holds the time \"" + time + "\": an entity of one instant has no past");
        }
        String version = section.text("version", PipelineReader::modelVersion, "");
        String source = section.textOr("source", PipelineReader::path, dedup.target());
        String target = section.text("target", PipelineReader::path, "");
        if (!target.isEmpty() && (tables.contains(target) || source.equals(target))) {
            section.problem(
                    "target", "= \"" + target + "\" is the path of another table of the pipeline; name its own");
        }
        int retention = section.textOr("retention", PipelineReader::days, 365);
        List<String> further = columns("columns");
        List<String> key = source.equals(dedup.target()) ? dedup.key() : List.of();
        FeaturesConfig carrying =
                new FeaturesConfig(zone, key, entity, time, version, source, target, retention, further, List.of());
        List<FeatureSpec> define = define(carrying.carried());
        section.refuseUnknownKeys();
        return new FeaturesConfig(zone, key, entity, time, version, source, target, retention, further, define);
    }

    /** Columns that the output has too, so they must not be called as those that the writer adds. */
    private List<String> columns(String setting) {
        List<String> columns = section.texts(setting);
        Set<String> seen = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        for (String column : columns) {
            if (!seen.add(column)) {
                section.problem(setting, "= " + columns + " names \"" + column + "\" twice");
            }
            if (RESERVED.contains(column.toLowerCase(Locale.ROOT)) || column.startsWith("_lakeproof")) {
                section.problem(
                        setting,
                        "= " + columns + ": the features table has a column \"" + column
                                + "\" of its own; give the source's another name in source.columns");
            }
        }
        return columns;
    }

    private List<FeatureSpec> define(List<String> carried) {
        Section define = section.section("define");
        Map<String, Section> features = define.children();
        if (features.isEmpty() && define.keys().isEmpty()) {
            section.problem(
                    "define",
                    "is missing or empty: define a feature, for example define { sum_7d { sum = value, range = P7D } }");
        }
        List<FeatureSpec> specs = new ArrayList<>();
        features.forEach((name, feature) -> {
            requireName(define, name, carried);
            specs.add(new FeatureReader(feature, define, name).read());
        });
        return specs;
    }

    private static void requireName(Section define, String name, List<String> carried) {
        if (!NAME.matcher(name).matches()) {
            define.problem(
                    name,
                    "is a column of the output: begin with a lower-case letter; up to 63 of a-z, 0-9 and _ may follow");
        } else if (RESERVED.contains(name) || carried.stream().anyMatch(name::equalsIgnoreCase)) {
            define.problem(name, "is the name of another column of the output; choose another");
        }
    }
}
