package io.lakeproof.jobs.lifecycle;

import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.delta.LogReplay;
import io.lakeproof.delta.LoggedVersion;
import io.lakeproof.delta.Snapshot;
import io.lakeproof.error.Failure;
import io.lakeproof.lifecycle.EventDate;
import io.lakeproof.lifecycle.S3Location;
import io.lakeproof.lifecycle.TableObject;
import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Pin;
import io.lakeproof.lineage.Pins;
import java.net.URI;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.Path;

/** Every object that the retained log of a table refers to. */
final class ReferredObjects {
    private static final int LINEAGE_DIGITS = 16;

    private final S3Location location;
    private final String table;
    private final Map<String, TableObject> objects = new HashMap<>();
    private final Set<String> seen = new HashSet<>();
    private final Set<String> outside = new TreeSet<>();
    private final Map<Long, String> seals = new HashMap<>();
    private Set<Long> pinned = Set.of();
    private NavigableSet<Long> versions = new TreeSet<>();

    private ReferredObjects(String table, S3Location location) {
        this.table = table;
        this.location = location;
    }

    /**
     * Goes through all versions that the log tells of.
     *
     * @throws Failure.InputMissing if there is no table
     * @throws Failure.Integrity if a version cannot be rebuilt, or the log no longer has one that a pin holds
     */
    static ReferredObjects of(TableOnS3 table) {
        String path = table.request().table();
        DeltaStore store = new DeltaStore(table.context().spark(), path);
        String id = store.current()
                .map(Snapshot::tableId)
                .orElseThrow(() -> new Failure.InputMissing(
                        path + " is not a Delta table", "Run the job that makes it first, or mend --table."));
        ReferredObjects referred = new ReferredObjects(path, table.location());
        Ledger ledger =
                new Ledger(table.context().spark(), table.request().pipeline().ledgerPath());
        if (ledger.exists()) {
            ledger.eachSeal(
                    id, seal -> referred.seals.put(seal.version(), seal.hex().substring(0, LINEAGE_DIGITS)));
        }
        Pins pins = new Pins(table.context().spark(), table.request().pipeline().pinsPath());
        referred.pinned = pins.of(id).stream().map(Pin::version).collect(Collectors.toSet());
        referred.addAll(store.replay());
        return referred;
    }

    /** What one version needs, by key. */
    static Map<String, TableObject> of(String table, S3Location location, LoggedVersion version) {
        ReferredObjects referred = new ReferredObjects(table, location);
        referred.versions.add(version.version());
        referred.add(version);
        return referred.objects;
    }

    private void addAll(LogReplay log) {
        versions = log.versions();
        if (versions.isEmpty() || !versions.containsAll(pinned)) {
            throw new Failure.Integrity(
                    "the log of " + table + " no longer has "
                            + (versions.isEmpty() ? "any version whole" : "every version that a pin holds")
                            + ", so nobody can tell which objects are needed; nothing was changed",
                    "Restore the missing files of _delta_log from a backup; `lakeproof pins` lists the pins.");
        }
        log.each(versions, this::add, (version, failure) -> {
            throw failure;
        });
    }

    private void add(LoggedVersion version) {
        boolean isNewest = version.version() == versions.last();
        boolean isPinned = pinned.contains(version.version());
        // Whether the commit added the file shows only if the version before is there to compare with.
        Optional<String> lineage = version.version() == 0 || versions.contains(version.version() - 1)
                ? Optional.ofNullable(seals.get(version.version()))
                : Optional.empty();
        for (DataFile file : version.files()) {
            boolean isNew = seen.add(file.key());
            if (isNew || isNewest || isPinned) {
                TableObject use = new TableObject(
                        "",
                        EventDate.of(file.partition()),
                        Optional.ofNullable(file.partition().get("model")),
                        isNewest,
                        isPinned,
                        isNew ? lineage : Optional.empty());
                paths(file).forEach(path -> add(path, use));
            }
        }
    }

    private Stream<Path> paths(DataFile file) {
        return Stream.concat(
                Stream.of(file.at(table)), file.deletionVector().flatMap(vector -> vector.at(table)).stream());
    }

    private void add(Path path, TableObject use) {
        URI uri = path.toUri();
        String key = uri.getPath().substring(1);
        if (!location.bucket().equals(uri.getAuthority()) || !key.startsWith(location.prefix())) {
            outside.add(path.toString());
            return;
        }
        TableObject object = new TableObject(key, use.date(), use.model(), use.live(), use.pinned(), use.lineage());
        objects.merge(key, object, TableObject::and);
    }

    /** By key. */
    Map<String, TableObject> objects() {
        return Collections.unmodifiableMap(objects);
    }

    /** How many files lie outside of the table's folder, as those of a shallow clone do: they are another table's. */
    int outside() {
        return outside.size();
    }

    /** {@code versions 3 to 17}. */
    String versions() {
        return "versions " + versions.first() + " to " + versions.last();
    }

    long newest() {
        return versions.last();
    }
}
