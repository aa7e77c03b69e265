package io.lakeproof.jobs.verify;

import io.lakeproof.delta.Commit;
import io.lakeproof.lineage.Chain;
import io.lakeproof.lineage.CommitNote;
import io.lakeproof.lineage.Seal;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The seals of a table by version. */
final class Seals {
    private final String ledger;
    private final Chain chain;
    private final NavigableMap<Long, Seal> byVersion = new TreeMap<>();

    /** @param ledger where the seals are */
    Seals(String ledger, Chain chain) {
        this.ledger = ledger;
        this.chain = chain;
        chain.seals().forEach(seal -> byVersion.put(seal.version(), seal));
    }

    String ledger() {
        return ledger;
    }

    Chain chain() {
        return chain;
    }

    /** The seal of a version, or of the nearest sealed version before it. */
    Optional<Seal> atOrBefore(long version) {
        return Optional.ofNullable(byVersion.floorEntry(version)).map(entry -> entry.getValue());
    }

    NavigableMap<Long, Seal> byVersion() {
        return byVersion;
    }

    /**
     * The commit of a run that died before its seal, which has no digest to compare with.
     *
     * @param commits at least those after the seal and up to the version
     */
    static Optional<Commit> unsealed(NavigableMap<Long, Commit> commits, Seal seal, long version) {
        return commits.subMap(seal.version(), false, version, true).values().stream()
                .filter(commit -> CommitNote.of(commit).isPresent())
                .findFirst();
    }
}
