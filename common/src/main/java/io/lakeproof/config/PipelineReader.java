package io.lakeproof.config;

import java.time.Period;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The settings of a pipeline: what each is called, what it may be, and its default. docs/configuration.md lists the same. */
final class PipelineReader {
    /** The partition column that the dedup job adds to every table. */
    private static final String EVENT_DATE = "event_date";

    private static final Set<String> CSV_OPTIONS =
            new TreeSet<>(Set.of("header", "separator", "quote", "escape", "null-value", "timestamp-format"));

    private PipelineReader() {}

    static PipelineConfig read(Section root, Map<String, String> origins) {
        Section pipeline = root.section("pipeline");
        String name = pipeline.text("name", PipelineReader::name, "");
        ZoneId zone = pipeline.textOr("zone", PipelineReader::zone, ZoneOffset.UTC);
        pipeline.refuseUnknownKeys();

        SourceConfig source = source(root.section("source"));
        QualityConfig quality = root.optionalSection("quality")
                .map(PipelineReader::quality)
                .orElse(new QualityConfig(List.of(), Limit.NONE));
        TelemetryConfig telemetry =
                root.optionalSection("telemetry").map(TelemetryConfig::read).orElse(TelemetryConfig.OFF);
        Section dedupSection = root.section("dedup");
        DedupConfig dedup = dedup(dedupSection);

        Section ledger = root.section("ledger");
        String ledgerPath = ledger.text("path", PipelineReader::path, "");
        ledger.refuseUnknownKeys();
        String quarantinePath = root.optionalSection("quarantine")
                .map(section -> {
                    String path = section.text("path", PipelineReader::path, "");
                    section.refuseUnknownKeys();
                    return path;
                })
                .orElseGet(() -> sibling(ledgerPath, "quarantine"));
        Set<String> tables = new TreeSet<>(List.of(ledgerPath, quarantinePath, dedup.target()));
        if (!ledgerPath.isEmpty() && !dedup.target().isEmpty() && tables.size() < 3) {
            ledger.problem("path", "= \"" + ledgerPath + "\": ledger, quarantine and dedup.target must be three paths");
        }
        String pins = sibling(ledgerPath, "pins");
        if (!ledgerPath.isEmpty() && !tables.add(pins)) {
            ledger.problem(
                    "path",
                    "= \"" + ledgerPath + "\": the pins are beside it, in \"" + pins + "\", the path of another table");
        }
        dedup.window()
                .map(WindowConfig::target)
                .filter(tables::contains)
                .ifPresent(
                        path -> dedupSection.problem(
                                "windowed-target",
                                "= \"" + path
                                        + "\" is the path of another table: of dedup.target, the ledger, the quarantine or the pins"));
        Optional<FeaturesConfig> features =
                root.optionalSection("features").map(section -> FeaturesReader.read(section, zone, dedup, tables));
        Set<String> others = new TreeSet<>(tables);
        dedup.window().map(WindowConfig::target).ifPresent(others::add);
        Optional<CurateConfig> curate = root.optionalSection("curate")
                .map(section -> CurateReader.read(section, zone, dedup, features, others));
        Optional<LifecycleConfig> lifecycle = root.optionalSection("lifecycle").map(LifecycleReader::read);
        S3Config s3 = S3Reader.read(root.section("s3"));
        root.refuseUnknownKeys();
        return new PipelineConfig(
                name,
                zone,
                source,
                quality,
                telemetry,
                dedup,
                features,
                curate,
                lifecycle,
                ledgerPath,
                quarantinePath,
                s3,
                origins);
    }

    private static SourceConfig source(Section section) {
        List<String> paths = section.texts("path");
        if (paths.isEmpty() || paths.stream().anyMatch(String::isBlank)) {
            section.problem(
                    "path", "is missing or empty: name files, a folder or a glob, for example \"raw/date={date}/\"");
        }
        SourceFormat format = section.text("format", SourceFormat::parse, SourceFormat.JSON);
        @Nullable String schema = section.optionalText("schema").orElse(null);
        if (format.isText() && schema == null) {
            section.problem(
                    "schema",
                    "is missing: " + format.key() + " needs its fields as DDL, for example \"user_id STRING, event_time"
                            + " TIMESTAMP\"");
        }
        if (!format.isText() && schema != null) {
            section.problem("schema", "does nothing for " + format.key() + ", which carries its own; delete it");
        }
        Map<String, String> columns =
                section.optionalSection("columns").map(PipelineReader::columns).orElse(Map.of());
        Map<String, String> options = section.optionalSection("options")
                .map(given -> options(format, given))
                .orElse(Map.of());
        paths.forEach(path -> requirePath(section, format, path));
        RecordShape shape = IntakeReader.shape(format, section);
        section.refuseUnknownKeys();
        return new SourceConfig(paths, format, schema, columns, options, shape);
    }

    private static Map<String, String> columns(Section section) {
        Map<String, String> columns = section.entries();
        Map<String, String> byLowerCase = new LinkedHashMap<>();
        columns.forEach((column, expression) -> {
            checked(section, column, expression);
            if (column.equalsIgnoreCase(EVENT_DATE) || column.startsWith("_lakeproof")) {
                section.problem(column, "is a name that Lakeproof uses itself; choose another");
            }
            String twin = byLowerCase.put(column.toLowerCase(Locale.ROOT), column);
            if (twin != null) {
                section.problem(column, "differs from " + twin + " only in case, which Delta cannot store");
            }
        });
        return columns;
    }

    private static void requirePath(Section section, SourceFormat format, String path) {
        boolean pattern = path.contains(SourceConfig.DATE) || path.matches(".*[*?{}\\[\\]].*");
        if (format == SourceFormat.DELTA && pattern) {
            section.problem(
                    "path",
                    "= \"" + path + "\": a Delta table is named by its path, without " + SourceConfig.DATE
                            + " or wildcards; --from and --to choose its rows");
        }
    }

    private static Map<String, String> options(SourceFormat format, Section section) {
        Map<String, String> options = new LinkedHashMap<>();
        if (format == SourceFormat.CSV) {
            CSV_OPTIONS.forEach(key ->
                    section.optionalText(key).ifPresent(text -> options.put(key, csvOption(section, key, text))));
        }
        section.refuseUnknownKeys();
        return options;
    }

    private static String csvOption(Section section, String key, String text) {
        if (key.equals("header") && !text.equals("true") && !text.equals("false")) {
            section.problem(key, "= \"" + text + "\": true or false");
        }
        if (Set.of("separator", "quote", "escape").contains(key) && text.length() != 1) {
            section.problem(key, "= \"" + text + "\": one character");
        }
        return text;
    }

    private static QualityConfig quality(Section section) {
        List<QualityRule> rules = rules(section, "rules");
        Limit limit = section.textOr("max-quarantined", Limit::parse, Limit.NONE);
        long minRows = section.textOr("min-rows", IntakeReader::rows, 0L);
        Optional<RowsExpectation> rowsVersusPrevious = IntakeReader.expectation(section);
        Optional<TemporalAmount> maxAge = IntakeReader.maxAge(section);
        section.refuseUnknownKeys();
        return new QualityConfig(rules, limit, minRows, rowsVersusPrevious, maxAge);
    }

    /** Conditions with names, which are told apart by them. */
    static List<QualityRule> rules(Section section, String key) {
        List<QualityRule> rules = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        for (Section rule : section.sections(key)) {
            String name = rule.text("name", PipelineReader::name, "");
            String expression = rule.text("expr", SqlGuard::check, "");
            if (!name.isEmpty() && !names.add(name)) {
                rule.problem(
                        "name", "= \"" + name + "\" is the name of an earlier rule too; reasons must be told apart");
            }
            rule.refuseUnknownKeys();
            rules.add(new QualityRule(name, expression));
        }
        return rules;
    }

    private static DedupConfig dedup(Section section) {
        List<String> key = section.texts("key");
        String eventTime = section.textOr("event-time", text -> text, "event_time");
        if (key.isEmpty()) {
            section.problem("key", "is missing or empty: name at least one column, for example [user_id, event_time]");
        } else if (!key.contains(eventTime)) {
            section.problem(
                    "key",
                    "= " + key + " lacks the event time \"" + eventTime
                            + "\": rows of one key must share an event date;"
                            + " add it, or name the time column in dedup.event-time");
        }
        if (new TreeSet<>(key).size() < key.size()) {
            section.problem("key", "= " + key + " names a column twice");
        }
        List<OrderColumn> order = new ArrayList<>();
        for (String text : section.texts("order")) {
            try {
                order.add(OrderColumn.parse(text));
            } catch (IllegalArgumentException e) {
                section.problem("order", "= \"" + text + "\": " + e.getMessage());
            }
        }
        NullKey nullKey = section.textOr("null-key", NullKey::parse, NullKey.QUARANTINE);
        OnConflict onConflict = section.textOr("on-conflict", OnConflict::parse, OnConflict.KEEP);
        String target = section.text("target", PipelineReader::path, "");
        int retention = section.textOr("retention", PipelineReader::days, 365);
        LatenessConfig lateness = IntakeReader.lateness(section);
        Optional<WindowConfig> window = WindowConfig.read(section, key);
        section.refuseUnknownKeys();
        return new DedupConfig(key, eventTime, order, nullKey, onConflict, target, retention, lateness, window);
    }

    private static void checked(Section section, String key, String expression) {
        try {
            SqlGuard.check(expression);
        } catch (IllegalArgumentException e) {
            section.problem(key, "= \"" + expression + "\": " + e.getMessage());
        }
    }

    private static String name(String text) {
        if (!text.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException("a name has 1 to 64 letters, digits, dots, underscores or hyphens");
        }
        return text;
    }

    private static ZoneId zone(String text) {
        return ZoneId.of(text).normalized();
    }

    static String path(String text) {
        String path = text.replaceAll("/+$", "");
        if (path.isBlank()) {
            throw new IllegalArgumentException("a path is needed, for example s3a://bucket/clean/events");
        }
        return path;
    }

    static String modelVersion(String text) {
        if (!text.matches("[A-Za-z0-9._-]{1,64}")) {
            throw new IllegalArgumentException(
                    "a model version has 1 to 64 of A-Z, a-z, 0-9, dot, underscore and hyphen");
        }
        return text;
    }

    static int days(String text) {
        Period period = Period.parse(text);
        if (period.getYears() != 0 || period.getMonths() != 0 || period.getDays() < 1) {
            throw new IllegalArgumentException("write whole days, for example P365D");
        }
        return period.getDays();
    }

    /** The path of a table in the same folder. */
    static String sibling(String path, String name) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? name : path.substring(0, slash + 1) + name;
    }
}
