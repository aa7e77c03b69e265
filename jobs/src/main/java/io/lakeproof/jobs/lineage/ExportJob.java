package io.lakeproof.jobs.lineage;

import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.Exported;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.spark.sql.types.StructType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends the seals of a table as events of OpenLineage, one run each, in the order of their chain. */
public final class ExportJob {
    private static final Logger LOG = LoggerFactory.getLogger(ExportJob.class);

    /** Seals of inputs that are kept at a time; the runs of a backfill read the same version. */
    private static final int SEALS_KEPT = 8;

    private final RunContext context;
    private final DeltaStore store;
    private final Ledger ledger;
    private final SealEvents events;
    private final Map<String, StructType> schemas = new HashMap<>();
    private final Map<InputFile, Optional<Seal>> inputs = new LinkedHashMap<>(SEALS_KEPT, 1, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<InputFile, Optional<Seal>> eldest) {
            return size() > SEALS_KEPT;
        }
    };
    private long sent;
    private long withoutSchema;

    public ExportJob(RunContext context, String table, String ledger) {
        this.context = context;
        this.store = new DeltaStore(context.spark(), table);
        this.ledger = new Ledger(context.spark(), ledger);
        this.events = new SealEvents(context.hadoop(), this::schema, this::sealOf);
    }

    /**
     * Exports. A failure leaves the receiver with the events before it, which it gets again, as the same runs, next time.
     *
     * @throws Failure.Integrity if a seal was changed or is missing
     * @throws Failure.Conflict if the receiver cannot be reached, or does not work
     * @throws Failure.AccessDenied if the receiver does not take the key, or the file cannot be written
     */
    public Outcome run(ExportRequest request) {
        context.facts().target(store.path());
        String tableId = tableId();
        try (EventTransport transport = request.open(context.hadoop(), context.redactor())) {
            context.phase("send");
            if (request.all()) {
                ledger.eachSeal(tableId, seal -> send(transport, seal, request));
            } else {
                send(transport, chosen(tableId, request.version()), request);
            }
            transport.finish();
        }
        context.facts()
                .say("exported     " + SealText.count(sent, "seal") + " of " + store.path() + " to " + request.shown());
        if (withoutSchema > 0) {
            context.facts()
                    .say("             " + withoutSchema
                            + " without their columns: these versions can no longer be read");
        }
        return Outcome.DONE;
    }

    private void send(EventTransport transport, Seal seal, ExportRequest request) {
        transport.emit(events.of(seal));
        sent++;
        context.facts().versionAfter(seal.version()).digest(seal.digest().hex()).exported(exported(request));
        LOG.info("{}: exported seal {} of version {}", context.runId(), seal.sequence(), seal.version());
    }

    private Exported exported(ExportRequest request) {
        return new Exported(request.shown(), sent, withoutSchema);
    }

    /** The table's; of one that is gone, that of whichever was sealed last at its path. */
    private String tableId() {
        return store.current()
                .map(Snapshot::tableId)
                .or(() -> ledger.newestAt(store.path()).map(Seal::tableId))
                .filter(id -> ledger.newest(id).isPresent())
                .orElseThrow(() -> new Failure.InputMissing(
                        ledger.path() + " has no seal of " + store.path(),
                        "Mend --table or the target in the configuration, or run the job that makes the table first."));
    }

    private Seal chosen(String tableId, Optional<Long> version) {
        Optional<Seal> seal = version.isEmpty()
                ? ledger.newest(tableId)
                : ledger.atOrBefore(tableId, version.get()).filter(s -> s.version() == version.get());
        return seal.orElseThrow(() -> new Failure.Usage(
                ledger.path() + " has no seal of version " + version.orElse(DeltaStore.NO_VERSION),
                "`lakeproof lineage show` lists the sealed versions."));
    }

    /** Versions mostly have the columns of the one before, and the digest of these is in the seal. */
    private Optional<StructType> schema(Seal seal) {
        StructType known = schemas.get(seal.digest().schemaDigest());
        if (known != null) {
            return Optional.of(known);
        }
        Optional<StructType> read = read(seal);
        read.ifPresentOrElse(schema -> schemas.put(seal.digest().schemaDigest(), schema), () -> withoutSchema++);
        return read;
    }

    private Optional<StructType> read(Seal seal) {
        try {
            return Optional.of(store.read(seal.version()).schema())
                    .filter(schema -> TableDigest.schemaDigest(schema)
                            .equals(seal.digest().schemaDigest()));
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            LOG.info("{}: version {} cannot be read: {}", context.runId(), seal.version(), e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Seal> sealOf(InputFile table) {
        return inputs.computeIfAbsent(table, input -> ledger.atOrBefore(String.valueOf(input.etag()), input.length()));
    }
}
