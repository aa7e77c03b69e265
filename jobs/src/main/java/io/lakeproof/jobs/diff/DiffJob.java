package io.lakeproof.jobs.diff;

import io.lakeproof.compare.ComparisonSpec;
import io.lakeproof.compare.RowComparison;
import io.lakeproof.compare.Tally;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.error.Failure;
import io.lakeproof.jobs.diff.DiffRequest.OnDifference;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Pins;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.Differences;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DateType;
import org.apache.spark.sql.types.IntegerType;
import org.apache.spark.sql.types.LongType;
import org.apache.spark.sql.types.StringType;

/**
 * Compares two versions or two tables. The partitions that differ are found by their digests; only their rows are compared, each
 * read once, with one shuffle.
 */
public final class DiffJob {
    private final RunContext context;
    private final PipelineConfig pipeline;
    private final DiffRequest request;
    private final Ledger ledger;
    private final Pins pins;

    public DiffJob(RunContext context, PipelineConfig pipeline, DiffRequest request) {
        this.context = context;
        this.pipeline = pipeline;
        this.request = request;
        this.ledger = new Ledger(context.spark(), pipeline.ledgerPath());
        this.pins = new Pins(context.spark(), pipeline.pinsPath());
    }

    /**
     * Compares, says what differs, and writes the report whatever the outcome.
     *
     * @throws Failure.Integrity if the sides differ and the request says that this is a failure, or if a sealed partition does
     *     not hold as many rows as its seal says, or cannot be read
     * @throws Failure.Usage if there is no such version, pin or column
     * @throws Failure.InputMissing if there is no table, or its version is gone
     * @throws Failure.Archived if files that must be read lie in an archive
     */
    public Outcome run() {
        Findings findings;
        try {
            findings = findings();
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            Throwable explained = Unreadable.explained(e);
            reportOf(explained);
            if (explained instanceof Failure failure) {
                throw failure;
            }
            throw e;
        }
        DiffText.of(findings).forEach(context.facts()::say);
        note(findings);
        report(DiffReport.of(findings, ledger, context.runId(), context.clock().instant()));
        if (!findings.isSame() && request.onDifference() == OnDifference.FAIL) {
            throw new Failure.Integrity(
                    findings.left() + " and " + findings.right() + " differ: " + findings.sentence(),
                    "The lines above name rows; without --fail-on-difference a difference is no failure.");
        }
        return Outcome.DONE;
    }

    private void reportOf(Throwable error) {
        try {
            report(DiffReport.of(
                    request, error, context.runId(), context.clock().instant()));
        } catch (Failure.AccessDenied unwritten) {
            error.addSuppressed(unwritten); // the first error is the one to mend
        }
    }

    private Findings findings() {
        context.facts().target(request.right().path());
        Side right = side(request.right());
        Side left = side(request.left().orElseGet(() -> before(right)));
        CommonColumns common =
                CommonColumns.of(left.rows().schema(), right.rows().schema());
        List<String> key = new RowKeys(pipeline).of(request.key(), left, right, common);
        List<String> layout = layout(left, right, common);
        PartitionDigests ofLeft = PartitionDigests.of(left, common, layout);
        PartitionDigests ofRight = PartitionDigests.of(right, common, layout);
        Set<String> differing = ofLeft.differingFrom(ofRight);
        Tally tally =
                tally(left, right, differing, new ComparisonSpec(common.columns(), key, layout, request.samples()));
        requireAllRows(left, ofLeft.rows(differing), tally.left());
        requireAllRows(right, ofRight.rows(differing), tally.right());
        if (!tally.addsUp()) {
            throw new IllegalStateException("the rows that differ do not add up: " + tally);
        }
        return new Findings(left, right, common, key, layout, ofLeft, ofRight, differing, tally);
    }

    private Side side(TableRef ref) {
        return Side.of(new DeltaStore(context.spark(), ref.path()), ref.at(), ledger, pins);
    }

    private static TableRef before(Side right) {
        if (right.version() == 0) {
            throw new Failure.Usage(
                    right + " has no version before it to compare with",
                    "Name the other side with --left TABLE@VERSION.");
        }
        return new TableRef(right.store().path(), Optional.of(String.valueOf(right.version() - 1)));
    }

    /** The partition columns, if both sides have the same and SQL finds their values by text; else none. */
    private static List<String> layout(Side left, Side right, CommonColumns common) {
        List<String> columns = left.store().partitionColumns();
        boolean isCommon = columns.equals(right.store().partitionColumns()) && common.has(columns);
        return isCommon
                        && columns.stream()
                                .map(column -> common.columns().apply(column).dataType())
                                .allMatch(DiffJob::isFoundByText)
                ? columns
                : List.of();
    }

    private static boolean isFoundByText(DataType type) {
        return type instanceof StringType
                || type instanceof IntegerType
                || type instanceof LongType
                || type instanceof DateType;
    }

    private static Tally tally(Side left, Side right, Set<String> differing, ComparisonSpec spec) {
        if (differing.isEmpty()) {
            return Tally.NONE;
        }
        List<String> layout = spec.partitionColumns();
        left.requireReadable(layout, differing);
        right.requireReadable(layout, differing);
        return RowComparison.of(left.rows(layout, differing), right.rows(layout, differing), spec);
    }

    /** The rows that were compared are counted by the pass that compares them, those of the digest by another or by a seal. */
    private static void requireAllRows(Side side, long digested, long compared) {
        if (digested == compared) {
            return;
        }
        if (side.seal().isPresent()) {
            throw new Failure.Integrity(
                    "the partitions of " + side + " that differ hold " + compared + " rows, but were sealed with "
                            + digested,
                    "Run `lakeproof verify`: it names each partition that is not what was sealed.");
        }
        throw new IllegalStateException(side + ": " + digested + " rows were digested, " + compared + " compared");
    }

    private void note(Findings findings) {
        Tally tally = findings.tally();
        context.facts().versionAfter(findings.right().version());
        findings.rightDigests().table().ifPresent(context.facts()::digest);
        context.facts()
                .differences(new Differences(
                        side(findings.left(), findings.leftDigests()),
                        side(findings.right(), findings.rightDigests()),
                        findings.key(),
                        findings.common().differences(),
                        findings.partitions().size(),
                        findings.differing().size(),
                        findings.same(),
                        tally.changes().added(),
                        tally.changes().removed(),
                        tally.changes().changed(),
                        tally.columns()));
    }

    private static Differences.Side side(Side side, PartitionDigests digests) {
        return new Differences.Side(
                side.store().path(),
                side.version(),
                digests.rows(),
                digests.table().orElse(null));
    }

    private void report(io.lakeproof.report.Report report) {
        request.report().ifPresent(uri -> {
            report.write(context.hadoop(), uri);
            context.facts().say(String.format(java.util.Locale.ROOT, "%-12s %s", "report", uri));
        });
    }
}
