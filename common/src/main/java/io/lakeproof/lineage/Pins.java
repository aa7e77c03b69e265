package io.lakeproof.lineage;

import static org.apache.spark.sql.functions.col;

import io.lakeproof.delta.Change;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.ScopeWrite;
import io.lakeproof.delta.TableProperties;
import io.lakeproof.error.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Function;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The Delta table of pins: append only, one row for each event, numbered by table. An event is decided on all events before
 * it: of two writers at once, one lands, and the other decides again. docs/recovery.md has the columns.
 */
public final class Pins {
    private static final int ATTEMPTS = 5;
    private static final int RETENTION_DAYS = 3650;
    private static final String PIN = "pin";
    private static final String UNPIN = "unpin";
    private static final String RETAIN = "retain";

    private static final StructType SCHEMA = StructType.fromDDL(
            "table_id STRING, sequence BIGINT, event STRING, name STRING, table_path STRING, version BIGINT, digest STRING,"
                    + " seal STRING, run_id STRING, at TIMESTAMP, note STRING");

    /** An event that is not numbered yet. */
    private record Event(
            String kind,
            @Nullable String name,
            String tablePath,
            long version,
            @Nullable String digest,
            @Nullable String seal,
            String runId,
            Instant at,
            @Nullable String note) {
        static Event of(String kind, Pin pin, String runId, Instant at) {
            return new Event(
                    kind, pin.name(), pin.tablePath(), pin.version(), pin.digest(), pin.seal(), runId, at, pin.note());
        }
    }

    private final SparkSession spark;
    private final DeltaStore store;

    public Pins(SparkSession spark, String path) {
        this.spark = spark;
        this.store = new DeltaStore(spark, path);
    }

    public String path() {
        return store.path();
    }

    /** The pins of a table, in the order of their names. */
    public List<Pin> of(String tableId) {
        return state(tableId).all();
    }

    public Optional<Pin> named(String tableId, String name) {
        return state(tableId).named(name);
    }

    /** What the events of a table so far say. */
    public PinState state(String tableId) {
        if (!store.exists()) {
            return new PinState(0, new TreeMap<>(), new TreeSet<>(), DeltaStore.NO_VERSION);
        }
        List<Row> events = store.read()
                .where(col("table_id").equalTo(tableId))
                .orderBy("sequence")
                .collectAsList();
        return state(events);
    }

    private static PinState state(List<Row> events) {
        SortedMap<String, Pin> pins = new TreeMap<>();
        TreeSet<String> released = new TreeSet<>();
        long floor = DeltaStore.NO_VERSION;
        long sequence = 0;
        for (Row event : events) {
            sequence = event.getAs("sequence");
            switch (event.<String>getAs("event")) {
                case PIN -> {
                    pins.put(event.getAs("name"), pin(event));
                    released.remove(event.<String>getAs("name"));
                }
                case UNPIN -> {
                    pins.remove(event.<String>getAs("name"));
                    released.add(event.getAs("name"));
                }
                case RETAIN -> floor = Math.max(floor, event.<Long>getAs("version"));
                default ->
                    throw new Failure.Integrity(
                            "the pins of " + event.getAs("table_path") + " have an event \"" + event.getAs("event")
                                    + "\", which this version of Lakeproof does not know",
                            "Run the version that wrote it, or a newer one.");
            }
        }
        return new PinState(sequence, pins, released, floor);
    }

    /**
     * Sets a pin.
     *
     * @return false if it was set already; nothing is written then
     * @throws Failure.Configuration if the name is on another version, or files of the version may be gone
     */
    public boolean pin(Pin pin) {
        return append(pin.tableId(), state -> decide(state, pin));
    }

    /**
     * What {@link #pin} would return or throw now, without writing.
     *
     * @throws Failure.Configuration if the name is on another version, or files of the version may be gone
     */
    public boolean wouldPin(Pin pin) {
        return decide(state(pin.tableId()), pin).isPresent();
    }

    private static Optional<Event> decide(PinState state, Pin pin) {
        Optional<Pin> there = state.named(pin.name());
        there.ifPresent(known -> requireSame(known, pin));
        if (there.isEmpty() && !state.protects(pin.version())) {
            throw new Failure.Configuration(
                    "version " + pin.version() + " of " + pin.tablePath() + " is no longer promised: `retain` kept"
                            + " version " + state.floor() + " and later ones, and files of older ones may be gone",
                    "Pin a version from " + state.floor() + " on.");
        }
        return there.isPresent() ? Optional.empty() : Optional.of(Event.of(PIN, pin, pin.runId(), pin.at()));
    }

    private static void requireSame(Pin known, Pin pin) {
        if (known.version() != pin.version()) {
            throw new Failure.Configuration(
                    "the pin " + pin.name() + " of " + pin.tablePath() + " is on version " + known.version() + " (run "
                            + known.runId() + " at " + known.at() + "), not on version " + pin.version(),
                    "Unpin it first, or choose another name.");
        }
        if (!known.digest().equals(pin.digest())) {
            throw new Failure.Integrity(
                    "the pin " + pin.name() + " of version " + pin.version() + " of " + pin.tablePath()
                            + " holds digest " + known.digest() + ", but the ledger's seal says " + pin.digest(),
                    "Find out who changed the pins or the ledger; restore them to a version before the change.");
        }
    }

    /**
     * Takes a pin off.
     *
     * @return false if it was taken off before; nothing is written then
     * @throws Failure.Usage if there never was such a pin
     */
    public boolean unpin(String tableId, String tablePath, String name, String runId, Instant at) {
        return append(tableId, state -> {
            Optional<Pin> pin = state.named(name);
            if (pin.isEmpty() && !state.released().contains(name)) {
                throw unknown(state, tablePath, name);
            }
            return pin.map(known -> Event.of(UNPIN, known, runId, at));
        });
    }

    /** The failure that a name stands for no pin of a table. */
    public static Failure.Usage unknown(PinState state, String tablePath, String name) {
        return new Failure.Usage(
                tablePath + " has no pin \"" + name + "\"",
                state.pins().isEmpty()
                        ? "It has no pins; `lakeproof pin` sets one."
                        : "Its pins are " + String.join(", ", state.pins().keySet()) + ".");
    }

    /**
     * Notes that versions before one are no longer promised, before files of theirs are deleted.
     *
     * @param known the events that the caller has seen
     * @throws Failure.Conflict if there is another event since
     */
    public void release(PinState known, String tableId, String tablePath, long floor, String runId, Instant at) {
        if (floor > known.floor()) {
            append(tableId, known.sequence(), new Event(RETAIN, null, tablePath, floor, null, null, runId, at, null));
        }
    }

    private boolean append(String tableId, Function<PinState, Optional<Event>> decide) {
        for (int attempt = 1; ; attempt++) {
            PinState state = state(tableId);
            Optional<Event> event = decide.apply(state);
            if (event.isEmpty()) {
                return false;
            }
            try {
                append(tableId, state.sequence(), event.get());
                return true;
            } catch (Failure.Conflict conflict) {
                if (attempt == ATTEMPTS) {
                    throw conflict;
                }
            }
        }
    }

    private void append(String tableId, long after, Event event) {
        Row row = RowFactory.create(
                tableId,
                after + 1,
                event.kind,
                event.name,
                event.tablePath,
                event.version,
                event.digest,
                event.seal,
                event.runId,
                event.at,
                event.note);
        store.commit(new ScopeWrite(
                spark.createDataFrame(List.of(row), SCHEMA).coalesce(1),
                List.of(),
                TableProperties.keeping(RETENTION_DAYS),
                new Change.Append(),
                store.version(),
                "{\"pins\":\"" + event.kind + "\",\"attempt\":\"" + UUID.randomUUID() + "\"}",
                "lakeproof.pins." + tableId,
                after + 1));
    }

    private static Pin pin(Row event) {
        return new Pin(
                event.getAs("name"),
                event.getAs("table_id"),
                event.getAs("table_path"),
                event.getAs("version"),
                event.getAs("digest"),
                event.getAs("seal"),
                event.getAs("run_id"),
                event.getAs("at"),
                event.getAs("note"));
    }
}
