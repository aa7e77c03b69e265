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
        Links links = new Links();
        for (Seal seal : seals) {
            Optional<String> problem = links.next(seal);
            if (problem.isPresent()) {
                return new Chain(seals, problem);
            }
        }
        return new Chain(seals, Optional.empty());
    }

    /** Fails with {@link Failure.Integrity} if a seal was removed, added or changed. */
    public void requireIntact() {
        requireIntact(broken);
    }

    private static void requireIntact(Optional<String> broken) {
        broken.ifPresent(problem -> {
            throw new Failure.Integrity(
                    "the chain of seals is broken: " + problem,
                    "Find out who changed the ledger; restore it to a version before the change.");
        });
    }

    /** Checks a chain seal by seal, in its order. */
    static final class Links {
        private String previous = "";
        private long expected = 1;

        /** Takes the next seal; returns what is wrong with it. */
        Optional<String> next(Seal seal) {
            if (seal.sequence() != expected) {
                return Optional.of("seal " + expected + " is missing");
            }
            if (!seal.previous().equals(previous)) {
                return Optional.of("seal " + seal.sequence() + " does not follow from seal " + (expected - 1));
            }
            previous = seal.hex();
            expected++;
            return Optional.empty();
        }

        /** As {@link #next}, failing with {@link Failure.Integrity}. */
        void requireNext(Seal seal) {
            requireIntact(next(seal));
        }
    }
}
