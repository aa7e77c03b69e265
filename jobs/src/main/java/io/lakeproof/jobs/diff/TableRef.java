package io.lakeproof.jobs.diff;

import java.util.Optional;
import java.util.function.UnaryOperator;

/**
 * A table at a version.
 *
 * @param path of the table
 * @param at a version's number or the name of a pin; empty for the newest version
 */
public record TableRef(String path, Optional<String> at) {
    /**
     * Parses {@code TABLE}, {@code TABLE@VERSION} or {@code TABLE@PIN}. An {@code @} counts only after the last slash.
     *
     * @param paths makes a path of the name of a table
     */
    public static TableRef parse(String text, UnaryOperator<String> paths) {
        int at = text.lastIndexOf('@');
        return at > text.lastIndexOf('/') && at > 0 && at < text.length() - 1
                ? new TableRef(paths.apply(text.substring(0, at)), Optional.of(text.substring(at + 1)))
                : new TableRef(paths.apply(text), Optional.empty());
    }

    @Override
    public String toString() {
        return path + at.map(version -> "@" + version).orElse("");
    }
}
