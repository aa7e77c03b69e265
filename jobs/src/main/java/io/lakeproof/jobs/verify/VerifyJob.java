package io.lakeproof.jobs.verify;

import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.LogReplay;
import io.lakeproof.delta.LoggedVersion;
import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import java.util.NavigableSet;
import java.util.Optional;

/**
 * Compares versions of a table with what was logged and sealed of them, as deep as the {@link Level} says. Counts and digests
 * come from the data files, with their page checksums verified, never from the log's statistics.
 */
public final class VerifyJob {
    static final String CHAIN = "(chain of seals)";

    static final String ITS_LEDGER =
            "Name the ledger that the table was written with, or run the job that writes the table: it seals what it finds unsealed.";

    private final RunContext context;
    private final DeltaStore store;
    private final Ledger ledger;

    public VerifyJob(RunContext context, String table, String ledger) {
        this.context = context;
        this.store = new DeltaStore(context.spark(), table);
        this.ledger = new Ledger(context.spark(), ledger);
    }

    /**
     * Verifies the content of one version.
     *
     * @param version empty for the newest
     * @throws Failure.Integrity naming each partition that differs or cannot be read
     */
    public Outcome run(Optional<Long> version) {
        return run(VerifyRequest.content(version));
    }

    /**
     * Verifies.
     *
     * @throws Failure.Integrity naming all that differs, is missing or cannot be read
     */
    public Outcome run(VerifyRequest request) {
        context.facts().target(store.path());
        context.phase("log");
        TableKind.requireDelta(context.spark(), store.path());
        LogReplay replay = store.replay();
        NavigableSet<Long> versions = request.versions()
                .orElseGet(() -> VersionChoice.one(replay.versions().last()))
                .of(replay, store.path());
        context.facts().versionAfter(versions.last());
        FilePass pass = new FilePass(store, new DataFiles(context.spark(), store.path()));
        Verification verification = new Verification(context.spark(), store, replay, pass);
        boolean isWhole = request.versions().filter(VersionChoice::isAll).isPresent();
        if (isWhole || request.level() != Level.CONTENT) {
            verification.log();
        }
        Inventory inventory = Inventory.of(replay, versions);
        if (request.level() != Level.LOG) {
            store.requireReadable(inventory.files().values());
        }
        Seals seals = new Seals(
                ledger.path(),
                ledger.chain(inventory.newest().map(LoggedVersion::tableId).orElse("")));
        context.phase("check");
        verification.check(request, versions, inventory, seals, context.clock().instant());
        context.phase("explain");
        verification.explain(seals);
        Findings findings = verification.findings();
        request.report()
                .ifPresent(uri -> VerifyReport.of(store.path(), request.level(), findings, inventory.commits())
                        .write(context.hadoop(), uri, context.redactor()));
        findings.requireOk();
        say(versions, findings);
        return Outcome.DONE;
    }

    private void say(NavigableSet<Long> versions, Findings findings) {
        Optional<VersionFinding> newest = findings.newest();
        newest.flatMap(VersionFinding::seal).ifPresent(seal -> context.facts().runKey(seal.runKey()));
        context.facts()
                .say("verified     " + store.path() + ", "
                        + (versions.size() == 1
                                ? "version " + versions.first()
                                : versions.size() + " versions from " + versions.first() + " to " + versions.last())
                        + ": OK");
        newest.ifPresent(version -> {
            version.seal()
                    .filter(seal -> seal.version() != version.version())
                    .ifPresent(seal -> context.facts()
                            .say("             it has no seal of its own; its content is that of version "
                                    + seal.version()));
            version.found().ifPresent(found -> {
                context.facts()
                        .say(String.format(
                                "rows         %,d in %d partitions",
                                found.partitions().values().stream()
                                        .mapToLong(MultisetDigest::count)
                                        .sum(),
                                found.partitions().size()));
                context.facts().digest(found.hex());
                context.facts().say("digest       " + found.hex());
            });
        });
        findings.notes().forEach(note -> context.facts().say("note         " + note));
    }
}
