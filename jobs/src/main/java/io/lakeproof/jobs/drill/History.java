package io.lakeproof.jobs.drill;

import io.lakeproof.lineage.Ledger;
import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedInput;
import io.lakeproof.lineage.StandingInput;
import io.lakeproof.lineage.StandingInputs;
import io.lakeproof.report.State;
import io.lakeproof.report.TableVersion;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;

/** What the seals of a table say of one version: what it stands on, who wrote which partition last, and what came after. */
final class History {
    /**
     * The run that wrote a partition last.
     *
     * @param source the table it was made from; empty if it was made from files, or from several
     */
    record Writer(long sequence, String job, String runId, String configDigest, Optional<SealedInput> source) {
        private static Writer of(Seal seal) {
            List<SealedInput> inputs = seal.inputs();
            boolean isOfTable = inputs.size() == 1 && inputs.get(0).file().isTable();
            return new Writer(
                    seal.sequence(),
                    seal.job(),
                    seal.runId(),
                    seal.configDigest(),
                    isOfTable ? Optional.of(inputs.get(0)) : Optional.empty());
        }
    }

    private final long version;
    private final StandingInputs inputs;
    private final SortedMap<String, Writer> writers = new TreeMap<>();
    private final SortedMap<String, Long> jobs = new TreeMap<>();
    private final List<TableVersion> versions = new ArrayList<>();
    private Optional<Seal> made = Optional.empty();
    private Optional<Instant> newest = Optional.empty();
    private long behind;

    private History(long version, boolean wholeInputs) {
        this.version = version;
        this.inputs = new StandingInputs(wholeInputs);
    }

    /**
     * Goes through the chain of a table.
     *
     * @param wholeInputs whether runs read their inputs whole, whatever their scope
     * @throws io.lakeproof.error.Failure.Integrity if a seal was changed or is missing
     */
    static History of(Ledger ledger, String tableId, long version, boolean wholeInputs) {
        History history = new History(version, wholeInputs);
        ledger.eachSeal(tableId, history::add);
        return history;
    }

    private void add(Seal seal) {
        boolean isAfter = seal.version() > version;
        newest = Optional.of(seal.sealedAt());
        versions.add(new TableVersion(
                seal.version(),
                Optional.of(seal.sealedAt()),
                seal.job(),
                seal.outcome().name(),
                OptionalLong.of(seal.digest().rows()),
                seal.digest().hex(),
                State.UNCHECKED,
                ""));
        if (isAfter) {
            behind++;
            return;
        }
        if (seal.isCompaction()) {
            return; // it leaves every row as it is, so that what stood before stands after
        }
        made = Optional.of(seal);
        inputs.add(seal);
        jobs.merge(seal.job(), 1L, Long::sum);
        Writer writer = Writer.of(seal);
        seal.replacedPartitions().forEach(path -> writers.put(path, writer));
    }

    /** The last seal up to the version that put rows in, or took rows out. */
    Optional<Seal> made() {
        return made;
    }

    /** The inputs that the version stands on. */
    List<StandingInput> inputs() {
        return inputs.all();
    }

    /** By the path of the partition. */
    SortedMap<String, Writer> writers() {
        return writers;
    }

    /** How many seals up to the version each job has. */
    SortedMap<String, Long> jobs() {
        return jobs;
    }

    /** Every sealed version, those after it included. */
    List<TableVersion> versions() {
        return versions;
    }

    /** When the newest version was sealed. */
    Optional<Instant> newest() {
        return newest;
    }

    /** How many sealed versions came after. */
    long behind() {
        return behind;
    }
}
