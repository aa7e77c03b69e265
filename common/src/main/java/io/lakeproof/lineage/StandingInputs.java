package io.lakeproof.lineage;

import io.lakeproof.model.DateScope;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which inputs a version of a table stands on, from its seals up to that version: an input that was read again counts as it was
 * read last, and one that was found to be gone no longer counts.
 */
public final class StandingInputs {
    private static final String REQUEUE = "requeue";

    private final boolean whole;
    private final Map<String, List<StandingInput>> byPath = new TreeMap<>();

    /** @param whole true if every run read its inputs whole, false if its scope chose rows of them */
    public StandingInputs(boolean whole) {
        this.whole = whole;
    }

    /** Takes the next seal in the order of the chain. */
    public void add(Seal seal) {
        for (SealedInput input : seal.inputs()) {
            String path = input.file().path();
            if (input.isGone()) {
                byPath.remove(path);
            } else {
                byPath.merge(path, List.of(StandingInput.of(seal, input)), this::after);
            }
        }
    }

    /** The inputs, by path; more than one for a path of which several scopes were read. */
    public List<StandingInput> all() {
        return byPath.values().stream().flatMap(List::stream).toList();
    }

    private List<StandingInput> after(List<StandingInput> earlier, List<StandingInput> read) {
        StandingInput last = read.get(0);
        List<StandingInput> left = new ArrayList<>(
                earlier.stream().filter(input -> !supersedes(last, input)).toList());
        left.add(last);
        return left;
    }

    private boolean supersedes(StandingInput last, StandingInput earlier) {
        if (last.job().equals(REQUEUE)) {
            return earlier.job().equals(REQUEUE);
        }
        return whole || covers(last.scope(), earlier.scope());
    }

    private static boolean covers(DateScope scope, DateScope other) {
        return (scope.from().isEmpty() || other.from().filter(scope::contains).isPresent())
                && (scope.to().isEmpty() || other.to().filter(scope::contains).isPresent());
    }
}
