package io.lakeproof.posture;

import io.lakeproof.config.LifecycleConfig;
import io.lakeproof.lifecycle.S3Location;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * What of a pipeline lies in a bucket.
 *
 * @param name as messages call it, {@code clean}
 * @param dataset the tag of its objects; empty if it is no table that has tags
 * @param lifecycle what the pipeline says of old objects
 */
public record Resident(
        String name, Kind kind, S3Location location, String dataset, Optional<LifecycleConfig> lifecycle) {
    private static final String LOG = "_delta_log";

    /** What it is. */
    public enum Kind {
        TABLE,
        /** The table of seals. */
        LEDGER,
        /** Pins and refused rows. */
        RECORDS,
        INPUT;

        boolean isWritten() {
            return this != INPUT;
        }
    }

    /** For what {@code lifecycle} leaves alone. */
    public static Resident of(String name, Kind kind, S3Location location) {
        return new Resident(name, kind, location, "", Optional.empty());
    }

    /** The parts of it with keys that begin so. */
    Set<Part> under(String prefix) {
        String folder = location.prefix();
        boolean isWhole = folder.startsWith(prefix);
        if (!isWhole && !prefix.startsWith(folder)) {
            return Set.of();
        }
        if (kind == Kind.INPUT) {
            return Set.of(Part.INPUT);
        }
        String log = location.folder(LOG);
        boolean isLog = log.startsWith(prefix) || prefix.startsWith(log);
        Set<Part> parts = EnumSet.noneOf(Part.class);
        if (isLog) {
            parts.add(Part.LOG);
        }
        if (isWhole || !isLog) {
            parts.add(kind == Kind.TABLE ? Part.DATA : Part.RECORDS);
        }
        return parts;
    }
}
