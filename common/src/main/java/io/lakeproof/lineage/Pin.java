package io.lakeproof.lineage;

import io.lakeproof.error.Failure;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A name that protects one sealed version of a table.
 *
 * @param name 1 to 64 letters, digits, dots, underscores or hyphens
 * @param tableId the id that Delta gave the table
 * @param version the sealed version
 * @param digest of the table at that version, as its seal says
 * @param seal SHA-256 of that seal
 * @param runId the run that set the pin
 * @param note what the caller wants to remember; empty for nothing
 */
public record Pin(
        String name,
        String tableId,
        String tablePath,
        long version,
        String digest,
        String seal,
        String runId,
        Instant at,
        String note) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public Pin {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the name of a pin has 1 to 64 letters, digits, dots, underscores or hyphens, not \"" + name
                            + "\"");
        }
    }

    /** A pin of a sealed version. */
    public static Pin of(String name, Seal seal, String runId, Instant at, String note) {
        return new Pin(
                name,
                seal.tableId(),
                seal.tablePath(),
                seal.version(),
                seal.digest().hex(),
                seal.hex(),
                runId,
                at,
                note);
    }

    /**
     * The seal of the pinned version.
     *
     * @param found what the ledger has for the version
     * @throws Failure.Integrity if it is not the one that was pinned
     */
    public Seal requireSeal(Optional<Seal> found) {
        return found.filter(s -> s.version() == version
                        && s.digest().hex().equals(digest)
                        && s.hex().equals(seal))
                .orElseThrow(() -> new Failure.Integrity(
                        "the pin " + name + " of version " + version + " of " + tablePath + " was set on seal " + seal
                                + " with digest " + digest + ", but the ledger has "
                                + found.map(s -> "seal " + s.hex() + " of version " + s.version() + " with digest "
                                                + s.digest().hex())
                                        .orElse("no seal of it"),
                        "Find out who changed the pins or the ledger; restore them to a version before the change."));
    }
}
