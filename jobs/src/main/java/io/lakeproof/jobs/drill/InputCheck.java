package io.lakeproof.jobs.drill;

import io.lakeproof.lineage.StandingInput;
import io.lakeproof.model.InputFile;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * The files that a version stands on, beside what they are now.
 *
 * @param gone those that are no longer there
 * @param changed those that are there, but have another length, time or ETag, and how
 * @param total how many there should be
 */
record InputCheck(List<String> gone, List<String> changed, int total) {
    InputCheck {
        gone = List.copyOf(gone);
        changed = List.copyOf(changed);
    }

    /**
     * Looks at every file; tables are not looked at.
     *
     * @param now the file at a path
     */
    static InputCheck of(List<StandingInput> inputs, Function<String, Optional<InputFile>> now) {
        List<String> gone = new ArrayList<>();
        List<String> changed = new ArrayList<>();
        for (StandingInput standing : inputs) {
            InputFile was = standing.input().file();
            if (!was.isTable()) {
                now.apply(was.path())
                        .ifPresentOrElse(
                                is -> difference(was, is).ifPresent(what -> changed.add(was.path() + ": " + what)),
                                () -> gone.add(was.path() + " (" + was.length() + " bytes, read by run "
                                        + standing.runId() + ")"));
            }
        }
        return new InputCheck(gone, changed, inputs.size());
    }

    /** Where the store has ETags they tell; a copy of a file has another time. */
    private static Optional<String> difference(InputFile was, InputFile is) {
        if (was.length() != is.length()) {
            return Optional.of("was " + was.length() + " bytes, is " + is.length());
        }
        String before = was.etag();
        String after = is.etag();
        if (before != null && after != null) {
            return before.equals(after) ? Optional.empty() : Optional.of("had ETag " + before + ", has " + after);
        }
        return was.modifiedMillis() == is.modifiedMillis()
                ? Optional.empty()
                : Optional.of("was written at " + Instant.ofEpochMilli(was.modifiedMillis()) + ", then at "
                        + Instant.ofEpochMilli(is.modifiedMillis()));
    }
}
