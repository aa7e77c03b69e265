package io.lakeproof.jobs.lifecycle;

import io.lakeproof.aws.S3Path;
import io.lakeproof.config.LifecycleConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.PriceTable;
import io.lakeproof.error.Failure;
import io.lakeproof.lifecycle.Bucket;
import io.lakeproof.lifecycle.ObjectTags;
import io.lakeproof.lifecycle.Pace;
import io.lakeproof.lifecycle.S3Location;
import io.lakeproof.lifecycle.TableObject;
import io.lakeproof.lifecycle.TierRule;
import io.lakeproof.lifecycle.Tiering;
import io.lakeproof.model.DateScope;
import io.lakeproof.run.RunContext;
import java.time.LocalDate;
import java.util.List;
import java.util.Set;

/** A table on S3, and what its pipeline says of old objects. */
record TableOnS3(RunContext context, LifecycleRequest request, LifecycleConfig config, S3Location location) {
    /**
     * Looks whether there is anything to do with the table.
     *
     * @throws Failure.Configuration if it is not on S3, or the pipeline has no section {@code lifecycle}
     * @throws Failure.Usage if it is the ledger or the pins, whose objects stay as they are
     */
    static TableOnS3 of(RunContext context, LifecycleRequest request) {
        PipelineConfig pipeline = request.pipeline();
        context.facts().target(request.table());
        LifecycleConfig config = pipeline.lifecycle()
                .orElseThrow(() -> pipeline.problem(
                        "lifecycle",
                        "is missing",
                        "Add the section, for example lifecycle { class = training, tiers = [ { name = hot }, { name ="
                                + " cold, after = P90D, storage-class = STANDARD_IA } ] }."));
        if (Set.of(pipeline.ledgerPath(), pipeline.pinsPath()).contains(request.table())) {
            throw new Failure.Usage(
                    request.table() + " is the table of "
                            + (request.table().equals(pipeline.pinsPath()) ? "pins" : "seals")
                            + ": every run reads it, so its objects get no tags and no rules",
                    "Name a table of data.");
        }
        S3Location location = S3Path.of(request.table())
                .map(path -> new S3Location(path.bucket(), path.prefix()))
                .orElseThrow(() -> new Failure.Configuration(
                        "the table " + request.table() + " is not on S3: tags, rules and storage classes are S3's",
                        "Name a table whose path begins with s3a://, with --table or in the configuration."));
        return new TableOnS3(context, request, config, location);
    }

    LocalDate asOf() {
        return request.asOf()
                .orElseGet(() -> LocalDate.ofInstant(
                        context.clock().instant(), request.pipeline().zone()));
    }

    Tiering tiering() {
        return new Tiering(config, asOf());
    }

    /** The tag. */
    String dataset() {
        return ObjectTags.dataset(request.pipeline().name(), location);
    }

    List<TierRule> rules() {
        return TierRule.of(config, dataset(), location.prefix());
    }

    ObjectTags tags(TableObject object) {
        return ObjectTags.of(config.dataClass(), dataset(), tiering().of(object), object.model(), object.lineage());
    }

    /** True if the object is among those that were asked for. */
    boolean isAsked(TableObject object) {
        DateScope dates = request.dates();
        return object.date().map(dates::contains).orElse(dates.isAll());
    }

    Bucket open() {
        return request.buckets().open(context.hadoop(), location.bucket());
    }

    Pace pace() {
        return new Pace(context.clock(), config.requestsPerSecond());
    }

    PriceTable prices() {
        return Prices.of(context, request.pipeline(), config);
    }
}
