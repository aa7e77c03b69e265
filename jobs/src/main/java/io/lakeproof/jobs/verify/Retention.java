package io.lakeproof.jobs.verify;

import io.lakeproof.delta.Commit;
import io.lakeproof.delta.LoggedVersion;
import io.lakeproof.lineage.Seal;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells what Delta's cleaning may have taken from what is lost. */
final class Retention {
    private static final Pattern INTERVAL =
            Pattern.compile("(?:interval )?(\\d+) (second|minute|hour|day|week)s?", Pattern.CASE_INSENSITIVE);
    private static final Duration LOG = Duration.ofDays(30);
    private static final Duration FILES = Duration.ofDays(7);
    private static final String VACUUM_END = "VACUUM END";

    private final Duration log;
    private final Duration files;
    private final Instant now;

    /** @param newest version of the table, whose properties count */
    Retention(LoggedVersion newest, Instant now) {
        Map<String, String> properties = newest.properties();
        this.log = duration(properties.getOrDefault("delta.logRetentionDuration", ""), LOG);
        this.files = duration(properties.getOrDefault("delta.deletedFileRetentionDuration", ""), FILES);
        this.now = now;
    }

    private static Duration duration(String text, Duration otherwise) {
        Matcher interval = INTERVAL.matcher(text.strip());
        if (!interval.matches()) {
            return otherwise;
        }
        long count = Long.parseLong(interval.group(1));
        return switch (interval.group(2).toLowerCase(Locale.ROOT)) {
            case "second" -> Duration.ofSeconds(count);
            case "minute" -> Duration.ofMinutes(count);
            case "hour" -> Duration.ofHours(count);
            case "week" -> Duration.ofDays(7 * count);
            default -> Duration.ofDays(count);
        };
    }

    /** True if the log still has to tell of the version that was sealed. */
    boolean isPromised(Seal seal) {
        return seal.sealedAt().plus(log).isAfter(now);
    }

    /**
     * The missing files that a vacuum may have taken: no version refers to them since long enough, or a vacuum ran since.
     *
     * @param missing paths
     * @param lastSeen the newest version that refers to each
     */
    NavigableSet<String> gone(
            Iterable<String> missing, Map<String, Long> lastSeen, NavigableMap<Long, Commit> commits) {
        NavigableSet<String> gone = new TreeSet<>();
        for (String path : missing) {
            long last = lastSeen.getOrDefault(path, Long.MAX_VALUE);
            NavigableMap<Long, Commit> since = commits.tailMap(last, false);
            boolean isRemoved = !since.isEmpty();
            if (isRemoved
                    && (since.firstEntry().getValue().timestamp().plus(files).isBefore(now)
                            || since.values().stream()
                                    .anyMatch(commit -> commit.operation().equals(VACUUM_END)))) {
                gone.add(path);
            }
        }
        return gone;
    }
}
