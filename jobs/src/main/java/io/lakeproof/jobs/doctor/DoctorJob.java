package io.lakeproof.jobs.doctor;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.error.Failure;
import io.lakeproof.lifecycle.S3Location;
import io.lakeproof.model.Outcome;
import io.lakeproof.posture.AccessChecks;
import io.lakeproof.posture.BucketChecks;
import io.lakeproof.posture.BucketPosture;
import io.lakeproof.posture.Finding;
import io.lakeproof.posture.Resident;
import io.lakeproof.posture.Severity;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.Examined;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;

/** Looks at the buckets and tables of a pipeline, and says what could lose data or open it to others. Writes nothing. */
public final class DoctorJob {
    private final RunContext context;
    private final PipelineConfig pipeline;
    private final Buckets buckets;
    private final List<Finding> findings = new ArrayList<>();
    private final Set<String> unreachable = new TreeSet<>();

    /** Where the settings of a bucket come from. */
    @FunctionalInterface
    public interface Buckets {
        BucketPosture look(Configuration hadoop, String bucket, Clock clock);
    }

    /** A job for one run. */
    public DoctorJob(RunContext context, PipelineConfig pipeline, Buckets buckets) {
        this.context = context;
        this.pipeline = pipeline;
        this.buckets = buckets;
    }

    /**
     * Examines.
     *
     * @param form how to say it
     * @throws Failure.Configuration if a finding is an error
     * @throws Failure.AccessDenied if the credentials are wrong or have expired, so that nothing can be asked
     * @throws Failure.Conflict if the storage does not answer
     */
    public Outcome run(Function<List<Finding>, List<String>> form) {
        context.facts().target(pipeline.dedup().target());
        List<Place> places = Place.of(pipeline);
        context.phase("buckets");
        buckets(places);
        context.phase("tables");
        tables(places);
        findings.sort(Comparator.comparing(Finding::severity));
        Examined examined =
                new Examined(count(Severity.ERROR), count(Severity.WARNING), count(Severity.INFO), count(Severity.OK));
        context.facts().examined(examined);
        form.apply(findings).forEach(context.facts()::say);
        if (examined.errors() > 0) {
            throw new Failure.Configuration(
                    examined.errors() + (examined.errors() == 1 ? " check" : " checks") + " found an error, the first: "
                            + findings.get(0).subject() + ": " + findings.get(0).found(),
                    "Do what is said behind each; the first: " + findings.get(0).fix());
        }
        return Outcome.DONE;
    }

    private void buckets(List<Place> places) {
        Map<String, List<Resident>> byBucket = new TreeMap<>();
        places.forEach(place -> place.resident(pipeline)
                .ifPresent(
                        resident -> byBucket.computeIfAbsent(resident.location().bucket(), bucket -> new ArrayList<>())
                                .add(resident)));
        byBucket.forEach((bucket, residents) -> {
            try {
                BucketPosture posture = buckets.look(context.hadoop(), bucket, context.clock());
                findings.addAll(
                        BucketChecks.of(posture, residents, pipeline.s3().writes()));
            } catch (Failure.Configuration e) {
                unreachable.add(bucket);
                findings.add(new Finding(
                        "bucket",
                        Severity.ERROR,
                        bucket,
                        e.problem(),
                        "Nothing that lies there can be read or written; its tables are not looked at.",
                        e.fix()));
            }
        });
        if (!byBucket.isEmpty()) {
            findings.addAll(AccessChecks.endpoint(pipeline.s3().place().endpoint()));
        }
        places.stream()
                .filter(place -> !place.isOnS3())
                .map(place -> new Finding(
                        "bucket",
                        Severity.INFO,
                        place.name(),
                        place.path() + " is not on S3: checks of its bucket are skipped",
                        "What keeps it from loss and from others is up to that file system.",
                        ""))
                .forEach(findings::add);
    }

    private void tables(List<Place> places) {
        TableChecks checks = new TableChecks(context, pipeline.pinsPath());
        for (Place place : places) {
            if (place.kind() == Resident.Kind.INPUT || isUnreachable(place)) {
                continue;
            }
            findings.add(checks.logStore(place, pipeline.s3().writers()));
            place.retentionDays().ifPresent(days -> findings.add(checks.retention(place, days)));
        }
    }

    private boolean isUnreachable(Place place) {
        return place.resident(pipeline)
                .map(Resident::location)
                .map(S3Location::bucket)
                .filter(unreachable::contains)
                .isPresent();
    }

    private long count(Severity severity) {
        return findings.stream()
                .filter(finding -> finding.severity() == severity)
                .count();
    }
}
