package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.quoted;
import static io.lakeproof.source.Validation.EVENT_DATE;
import static org.apache.spark.sql.functions.lit;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.SourceFormat;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.DateScope;
import io.lakeproof.run.Quarantine;
import io.lakeproof.run.RunContext;
import io.lakeproof.source.InputListing;
import io.lakeproof.source.Lateness;
import io.lakeproof.source.RawColumns;
import io.lakeproof.source.RawSource;
import io.lakeproof.source.Validation;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.storage.StorageLevel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files or tables of the source. */
final class FileIntake implements Intake {
    private static final Logger LOG = LoggerFactory.getLogger(FileIntake.class);

    private final RunContext context;
    private final PipelineConfig pipeline;
    private final DateScope scope;
    private final DedupPlanner planner;
    private final RawSource source;
    private final Lateness lateness;
    private final Gates gates;

    FileIntake(RunContext context, PipelineConfig pipeline, DateScope scope, DedupPlanner planner, Ledger ledger) {
        this.context = context;
        this.pipeline = pipeline;
        this.scope = scope;
        this.planner = planner;
        this.source = new RawSource(context.spark(), pipeline);
        this.lateness = new Lateness(pipeline, scope, new InputListing(pipeline.source(), scope, context.hadoop()));
        this.gates = new Gates(context.facts(), pipeline, scope, ledger);
    }

    @Override
    public String job() {
        return "dedup";
    }

    @Override
    public String configDigest() {
        return pipeline.dedupDigest();
    }

    @Override
    public DedupPlan plan() {
        lateness.requireDays();
        return planner.plan();
    }

    @Override
    public String described(DedupPlan plan) {
        return String.format(
                Locale.ROOT,
                "%,d files, %,d bytes",
                plan.manifest().files().size(),
                plan.manifest().bytes());
    }

    @Override
    public Batch batch(DedupPlan plan, Instant clock) {
        // Parsing text costs more than keeping its rows; columnar files are cheaper to read again, but for many times.
        boolean readOften = pipeline.source().format().isText() || plan.table().isPresent();
        StorageLevel keep = readOften ? StorageLevel.MEMORY_AND_DISK() : StorageLevel.NONE();
        Dataset<Row> raw = lateness.own(source.read(plan.manifest().files()));
        Freshness freshness = new Freshness(pipeline, scope, clock);
        Batch batch = Batch.count(inScope(validated(raw, clock)), keep, freshness.time());
        batch.newest().map(freshness::age).ifPresent(context.facts()::freshness);
        if (pipeline.source().format() != SourceFormat.DELTA) { // a table's input is a version, whatever its size
            context.facts().bytesRead(plan.manifest().bytes());
        }
        return batch;
    }

    @Override
    public Batch others(DedupPlan plan, Instant clock) {
        if (plan.others().isEmpty()) {
            return Batch.NONE;
        }
        Dataset<Row> rows = validated(lateness.others(source.read(plan.others())), clock)
                .where(RawColumns.accepted().and(quoted(EVENT_DATE).isInCollection(plan.stale())));
        return Batch.count(rows, StorageLevel.NONE());
    }

    @Override
    public void requireFresh(DedupStep step, Instant clock) {
        new Freshness(pipeline, scope, clock).require(step.batch().newest());
    }

    @Override
    public boolean isUnchanged(DedupPlan plan) {
        return planner.manifest().equals(plan.manifest());
    }

    @Override
    public void refused(DedupStep step, Optional<Dataset<Row>> further, long losers) {
        SortedMap<String, Long> refused = step.quarantined(losers);
        if (!refused.isEmpty()) {
            Dataset<Row> rows = step.batch().refused();
            new Quarantine(context.spark(), pipeline.quarantinePath())
                    .replace(
                            further.map(more -> Quarantine.union(rows, more)).orElse(rows),
                            pipeline.name(),
                            step.plan().runKey().hex(),
                            UUID.randomUUID().toString());
            LOG.info("{}: quarantined {}", context.runId(), refused);
        }
        gates.require(step, refused);
    }

    @Override
    public Optional<Seal> nothingAccepted(DedupStep step, Instant clock) {
        return Optional.empty();
    }

    @Override
    public void sealed(DedupPlan plan, Seal seal) {
        // The refused rows were published before.
    }

    private Dataset<Row> validated(Dataset<Row> raw, Instant clock) {
        return new Validation(pipeline, clock).apply(raw);
    }

    private Dataset<Row> inScope(Dataset<Row> rows) {
        if (!planner.choosesRows()) {
            return rows;
        }
        Column date = quoted(EVENT_DATE);
        Column inside = lit(true);
        if (scope.from().isPresent()) {
            inside = inside.and(date.geq(scope.from().get().toString()));
        }
        if (scope.to().isPresent()) {
            inside = inside.and(date.leq(scope.to().get().toString()));
        }
        return rows.where(date.isNull().or(inside));
    }
}
