package io.lakeproof.report;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A version of a table on a {@link Timeline}.
 *
 * @param time of the commit or its seal
 * @param job that made it
 * @param outcome what the job said, such as {@code COMMITTED}
 * @param rows of the whole table
 * @param digest hexadecimal digits, or empty; the first 12 are shown, all of them on hover
 * @param note what else there is to say; may be empty
 */
public record TableVersion(
        long version,
        Optional<Instant> time,
        String job,
        String outcome,
        OptionalLong rows,
        String digest,
        State state,
        String note) {
    private static final int SHORT = 12;

    String when() {
        return time.map(Html::instant).orElse("");
    }

    String shortDigest() {
        return digest.length() <= SHORT ? digest : digest.substring(0, SHORT);
    }

    /** All of it on one line. */
    String described() {
        StringBuilder line = new StringBuilder("version " + version + ": " + state.word());
        rows.ifPresent(count -> line.append(", ").append(Html.number(count)).append(" rows"));
        for (String each : new String[] {job, outcome, when(), note}) {
            if (!each.isEmpty()) {
                line.append(", ").append(each);
            }
        }
        return line.toString();
    }
}
