package io.lakeproof.delta;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** What a version checksum says otherwise than the log (delta-io/delta, PROTOCOL.md, "Version Checksum File"). */
final class VersionChecksum {
    private VersionChecksum() {}

    /**
     * Compares.
     *
     * @throws IllegalArgumentException if it lacks what the protocol requires
     */
    static List<String> differences(JsonNode checksum, LogState state) {
        LogState said = new LogState();
        said.accept("metaData", checksum.path("metadata"));
        said.accept("protocol", checksum.path("protocol"));
        checksum.path("setTransactions").forEach(transaction -> said.accept("txn", transaction));
        List<String> differences = new ArrayList<>(state.transactionDifferences(said));
        if (checksum.path("allFiles").isArray()) {
            checksum.path("allFiles").forEach(file -> said.accept("add", file));
            differences.addAll(state.differences(said));
        } else {
            differences.addAll(state.declarationDifferences(said));
        }
        differences.addAll(state.missingMetadata(said));
        JsonNode time = checksum.path("inCommitTimestampOpt");
        if (time.isNumber() && time.asLong() != state.inCommitTimestamp().asLong()) {
            differences.add("has another time of the commit");
        }
        counts(checksum, state, differences);
        if (checksum.hasNonNull("histogramOpt")) {
            histogram(checksum, differences);
        }
        return differences;
    }

    private static void counts(JsonNode checksum, LogState state, List<String> differences) {
        if (checksum.path("numFiles").asLong() != state.size()
                || checksum.path("tableSizeBytes").asLong() != state.bytes()) {
            differences.add("counts " + checksum.path("numFiles") + " files of " + checksum.path("tableSizeBytes")
                    + " bytes, the log has " + state.size() + " of " + state.bytes());
        }
        if (checksum.path("numMetadata").asLong() != 1
                || checksum.path("numProtocol").asLong() != 1) {
            differences.add("counts " + checksum.path("numMetadata") + " metadata and " + checksum.path("numProtocol")
                    + " protocols in the place of one each");
        }
    }

    /** Delta refuses to read a version whose histogram cannot be one. */
    private static void histogram(JsonNode checksum, List<String> differences) {
        JsonNode bins = boundaries(checksum);
        JsonNode files = checksum.path("histogramOpt").path("fileCounts");
        JsonNode bytes = checksum.path("histogramOpt").path("totalBytes");
        boolean isSorted = bins.isArray() && bins.path(0).asLong(-1) == 0;
        for (int i = 1; i < bins.size(); i++) {
            isSorted &= bins.path(i).asLong() > bins.path(i - 1).asLong();
        }
        if (!isSorted
                || files.size() != bins.size()
                || bytes.size() != bins.size()
                || sum(files) != checksum.path("numFiles").asLong()
                || sum(bytes) != checksum.path("tableSizeBytes").asLong()) {
            differences.add("has a histogram of file sizes that does not add up");
        }
    }

    /** Where the bins of the histogram begin; missing if there is none. */
    static JsonNode boundaries(JsonNode checksum) {
        return checksum.path("histogramOpt").path("sortedBinBoundaries");
    }

    private static long sum(JsonNode numbers) {
        long sum = 0;
        for (JsonNode number : numbers) {
            sum += number.asLong();
        }
        return sum;
    }
}
