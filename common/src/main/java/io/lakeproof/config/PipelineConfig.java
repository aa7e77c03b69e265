package io.lakeproof.config;

import io.lakeproof.config.LatenessConfig.LatePolicy;
import io.lakeproof.error.Failure;
import io.lakeproof.model.Sha256;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * One pipeline, as its configuration file and the overrides say.
 *
 * @param zone sets date partitions, and is the zone of local times without one
 * @param telemetry what a run says of itself beside its result
 * @param features empty if the pipeline makes none
 * @param curate empty if the pipeline curates no table
 * @param lifecycle empty if nothing becomes of objects as they grow old
 * @param ledgerPath path of the Delta table of seals
 * @param quarantinePath path of the Delta table of refused rows
 * @param s3 how object storage is reached
 * @param origins where each setting was read, {@code events.conf: 12}, by its full key
 */
public record PipelineConfig(
        String name,
        ZoneId zone,
        SourceConfig source,
        QualityConfig quality,
        TelemetryConfig telemetry,
        DedupConfig dedup,
        Optional<FeaturesConfig> features,
        Optional<CurateConfig> curate,
        Optional<LifecycleConfig> lifecycle,
        String ledgerPath,
        String quarantinePath,
        S3Config s3,
        Map<String, String> origins) {
    public PipelineConfig {
        origins = Map.copyOf(origins);
    }

    /** Path of the Delta table of pins, beside the ledger. */
    public String pinsPath() {
        return PipelineReader.sibling(ledgerPath, "pins");
    }

    /**
     * SHA-256 over every setting that can change what the dedup job makes of its input. Paths of ledger and quarantine, gates
     * and retention do not; the input's paths count through the manifest.
     */
    public String dedupDigest() {
        Sha256 sha = new Sha256()
                .raw("lakeproof.config.1")
                .text(zone.getId())
                .text(source.format().key());
        sha.text(source.schema() == null ? "" : source.schema());
        fields(sha, source.columns());
        fields(sha, source.options());
        sha.number(quality.rules().size());
        quality.rules().forEach(rule -> sha.text(rule.name()).text(rule.expression()));
        sha.text(String.join("\u0000", dedup.key())).text(dedup.eventTime());
        sha.number(dedup.order().size());
        dedup.order().forEach(order -> sha.text(order.toString()));
        sha.text(dedup.nullKey().toString());
        Map<String, String> intake = intakeSettings();
        if (!intake.isEmpty()) {
            fields(sha, intake);
        }
        return sha.hex();
    }

    /**
     * SHA-256 over every setting that can change what the windowed table holds of the clean table's rows.
     *
     * @throws java.util.NoSuchElementException without a window
     */
    public String windowDigest() {
        WindowConfig window = dedup.window().orElseThrow();
        Sha256 sha = new Sha256()
                .raw("lakeproof.window.1")
                .text(zone.getId())
                .text(String.join("\u0000", dedup.key()))
                .text(dedup.eventTime())
                .text(dedup.nullKey().toString())
                .number(window.micros())
                .text(window.anchor().toString());
        if (window.anchor() == WindowAnchor.BUCKET) { // the other anchors never look at the order
            sha.number(dedup.order().size());
            dedup.order().forEach(order -> sha.text(order.toString()));
        }
        return sha.hex();
    }

    /**
     * SHA-256 over the settings that shape rows, for a run that takes only quarantined rows: never equal to a digest of a run
     * that reads its inputs whole, since it says nothing of the rest of them.
     */
    public String requeueDigest() {
        return new Sha256().raw("lakeproof.requeue.1").text(dedupDigest()).hex();
    }

    /**
     * The same pipeline with tables of its own, without gates, {@code curate} and {@code lifecycle}: it makes the same rows of the same
     * inputs, and touches nothing of this one.
     */
    public PipelineConfig at(TablePaths paths) {
        return new PipelineConfig(
                name,
                zone,
                source,
                new QualityConfig(quality.rules(), Limit.NONE),
                TelemetryConfig.OFF,
                dedup.at(paths.clean(), paths.windowed()),
                features.map(config -> config.at(paths.featuresSource(), paths.features())),
                Optional.empty(),
                Optional.empty(),
                paths.ledger(),
                paths.quarantine(),
                s3,
                origins);
    }

    /** What of the intake shapes rows and is not the default. */
    private Map<String, String> intakeSettings() {
        Map<String, String> settings = new TreeMap<>();
        RecordShape shape = source.shape();
        if (shape.onExtra() != RecordShape.DEFAULT.onExtra()) {
            settings.put("source.on-extra", Choice.word(shape.onExtra()));
            settings.put("source.extra-column", shape.extraColumn());
        }
        if (shape.onMissing() != RecordShape.DEFAULT.onMissing()) {
            settings.put("source.on-missing", Choice.word(shape.onMissing()));
        }
        if (shape.maxLine() != RecordShape.MAX_LINE) {
            settings.put("source.max-line", String.valueOf(shape.maxLine()));
        }
        LatenessConfig lateness = dedup.lateness();
        lateness.lateness()
                .filter(amount -> lateness.late() != LatePolicy.ACCEPT)
                .ifPresent(amount -> settings.put("dedup.lateness", amount.toString()));
        lateness.futureTolerance().ifPresent(amount -> settings.put("dedup.future-tolerance", amount.toString()));
        return settings;
    }

    /** A failure about one setting that shows only once Spark or the data is at hand: 78, with file, line and key. */
    public Failure.Configuration problem(String key, String problem, String fix) {
        String where = origins.get(key);
        return new Failure.Configuration((where == null ? "" : where + ": ") + key + " " + problem, fix);
    }

    private static void fields(Sha256 sha, Map<String, String> fields) {
        sha.number(fields.size());
        fields.forEach((key, value) -> sha.text(key).text(value));
    }
}
