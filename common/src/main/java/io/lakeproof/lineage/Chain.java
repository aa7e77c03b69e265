package io.lakeproof.lineage;

import io.lakeproof.error.Failure;
import java.util.List;
import java.util.Optional;

/**
 * The seals of one table in their order.
 *
 * @param broken what is wrong with the first seal that does not follow from the one before it; empty if all do
 */
public record Chain(List<Seal> seals, Optional<String> broken) {
    public Chain {
        seals = List.copyOf(seals);
    }

    /** The chain of these seals, each of which is as it was written. */
    static Chain of(List<Seal> seals) {
        String previous = "";
        long expected = 1;
        for (Seal seal : seals) {
            if (seal.sequence() != expected) {
                return new Chain(seals, Optional.of("seal " + expected + " is missing"));
            }
            if (!seal.previous().equals(previous)) {
                return new Chain(
                        seals, Optional.of("seal " + seal.sequence() + " does not follow from seal " + (expected - 1)));
            }
            previous = seal.hex();
            expected++;
        }
        return new Chain(seals, Optional.empty());
    }

    /** Fails with {@link Failure.Integrity} if a seal was removed, added or changed. */
    public void requireIntact() {
        broken.ifPresent(problem -> {
            throw new Failure.Integrity(
                    "the chain of seals is broken: " + problem,
                    "Find out who changed the ledger; restore it to a version before the change.");
        });
    }
}
