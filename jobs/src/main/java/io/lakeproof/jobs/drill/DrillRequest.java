package io.lakeproof.jobs.drill;

import io.lakeproof.error.Failure;
import java.util.Optional;

/**
 * What to restore, and where to.
 *
 * @param table path of the sealed table
 * @param pin names the version
 * @param version empty for that of the pin, or for the newest of the backup
 * @param backup path of a copy of the table with its log, to restore from; empty for the table itself
 * @param sourceBackup path of a copy of the table that features are made of; empty for that table itself
 * @param scratch path of a folder that is not there yet, or empty
 * @param report where to write the HTML report
 * @param recompute whether to make the version again from its inputs
 * @param clean takes the scratch away if the drill finds nothing
 */
public record DrillRequest(
        String table,
        Optional<String> pin,
        Optional<Long> version,
        Optional<String> backup,
        Optional<String> sourceBackup,
        String scratch,
        Optional<String> report,
        boolean recompute,
        boolean clean) {
    public DrillRequest {
        if (pin.isPresent() && version.isPresent()) {
            throw new Failure.Usage("--pin and --version exclude each other", "Give one of them.");
        }
        if (pin.isEmpty() && version.isEmpty() && backup.isEmpty()) {
            throw new Failure.Usage(
                    "a drill restores a pin, a version, or a backup",
                    "Give --pin NAME, --version N, or --backup PATH; `lakeproof pins` and `lakeproof lineage show` list what"
                            + " there is.");
        }
    }

    /** Where the restored files come from. */
    String source() {
        return backup.orElse(table);
    }
}
