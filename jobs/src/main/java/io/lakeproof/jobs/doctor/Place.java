package io.lakeproof.jobs.doctor;

import io.lakeproof.aws.S3Path;
import io.lakeproof.config.CurateConfig;
import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.SourceConfig;
import io.lakeproof.config.WindowConfig;
import io.lakeproof.lifecycle.ObjectTags;
import io.lakeproof.lifecycle.S3Location;
import io.lakeproof.posture.Resident;
import io.lakeproof.posture.Resident.Kind;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.fs.Path;

/**
 * A place that a pipeline reads or writes.
 *
 * @param name as {@code --table} and messages call it
 * @param retentionDays how long the configuration promises old versions; empty for what it promises none of
 */
record Place(String name, Kind kind, String path, Optional<Integer> retentionDays) {
    /** All of a pipeline, inputs first; a pattern of an input is cut off before its first wildcard. */
    static List<Place> of(PipelineConfig pipeline) {
        List<Place> places = new ArrayList<>();
        pipeline.source().paths().stream()
                .map(Place::folder)
                .distinct()
                .forEach(path -> places.add(new Place("source", Kind.INPUT, path, Optional.empty())));
        int days = pipeline.dedup().retentionDays();
        places.add(table("clean", pipeline.dedup().target(), days));
        pipeline.dedup()
                .window()
                .map(WindowConfig::target)
                .ifPresent(path -> places.add(table("windowed", path, days)));
        Optional<FeaturesConfig> features = pipeline.features();
        features.ifPresent(config -> places.add(table("features", config.target(), config.retentionDays())));
        Optional<CurateConfig> curate = pipeline.curate();
        curate.ifPresent(config -> places.add(table("curated", config.target(), config.retentionDays())));
        places.add(new Place("ledger", Kind.LEDGER, pipeline.ledgerPath(), Optional.empty()));
        places.add(new Place("pins", Kind.RECORDS, pipeline.pinsPath(), Optional.empty()));
        places.add(new Place("quarantine", Kind.RECORDS, pipeline.quarantinePath(), Optional.empty()));
        return places;
    }

    private static Place table(String name, String path, int retentionDays) {
        return new Place(name, Kind.TABLE, path, Optional.of(retentionDays));
    }

    private static String folder(String path) {
        String before = path.replace(SourceConfig.DATE, "*").split("[*?\\[{]", 2)[0];
        return before.equals(path) ? path : before.substring(0, before.lastIndexOf('/') + 1);
    }

    boolean isOnS3() {
        return S3Path.of(path).isPresent();
    }

    /** Empty for a place that is not on S3. */
    Optional<Resident> resident(PipelineConfig pipeline) {
        return S3Path.of(path).map(s3 -> {
            S3Location location = new S3Location(s3.bucket(), s3.prefix());
            return kind == Kind.TABLE
                    ? new Resident(
                            name, kind, location, ObjectTags.dataset(pipeline.name(), location), pipeline.lifecycle())
                    : Resident.of(name, kind, location);
        });
    }

    /** Of the path, {@code file} if it has none. */
    String scheme() {
        URI uri = new Path(path).toUri();
        return uri.getScheme() == null ? "file" : uri.getScheme();
    }
}
