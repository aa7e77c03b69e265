package io.lakeproof.jobs.verify;

import java.util.Optional;

/**
 * What is to be verified.
 *
 * @param versions empty for the newest
 * @param against another table that shall hold the same rows; empty to compare with the seals only
 * @param report the HTML file that shows the findings; empty for none
 */
public record VerifyRequest(
        Optional<VersionChoice> versions, Level level, Optional<Other> against, Optional<String> report) {
    /**
     * Another table.
     *
     * @param path of it
     * @param version of it; empty for the newest
     */
    public record Other(String path, Optional<Long> version) {}

    /** The content of one version. */
    public static VerifyRequest content(Optional<Long> version) {
        return new VerifyRequest(version.map(VersionChoice::one), Level.CONTENT, Optional.empty(), Optional.empty());
    }
}
