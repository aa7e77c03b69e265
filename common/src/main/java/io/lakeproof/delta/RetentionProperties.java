package io.lakeproof.delta;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.spark.sql.SparkSession;
import org.jspecify.annotations.Nullable;

/**
 * How long Delta promises time travel on a table. Both of its properties count: the log's, after which Delta may take commits
 * away, and the removed files', beyond which VACUUM deletes and Delta from 4.1 on refuses to read a version.
 */
public final class RetentionProperties {
    private static final String LOG = "delta.logRetentionDuration";
    private static final String FILES = "delta.deletedFileRetentionDuration";
    private static final Duration LOG_DEFAULT = Duration.ofDays(30);
    private static final Duration FILES_DEFAULT = Duration.ofDays(7);
    private static final Pattern INTERVAL =
            Pattern.compile("(?:interval\\s+)?(\\d+)\\s+(week|day|hour|minute|second)s?", Pattern.CASE_INSENSITIVE);

    private RetentionProperties() {}

    /** The shorter of the two in whole days; 0 if one of them is in no form that Lakeproof knows. */
    public static long days(LoggedVersion version) {
        Map<String, String> properties = version.properties();
        return Math.min(days(properties.get(LOG), LOG_DEFAULT), days(properties.get(FILES), FILES_DEFAULT));
    }

    /** The longer of the two in whole days. */
    public static long longestDays(LoggedVersion version) {
        Map<String, String> properties = version.properties();
        return Math.max(days(properties.get(LOG), LOG_DEFAULT), days(properties.get(FILES), FILES_DEFAULT));
    }

    private static long days(@Nullable String text, Duration otherwise) {
        return Optional.ofNullable(text)
                .map(RetentionProperties::parse)
                .orElse(otherwise)
                .toDays();
    }

    private static Duration parse(String text) {
        Matcher interval = INTERVAL.matcher(text.strip());
        if (!interval.matches()) {
            return Duration.ZERO;
        }
        long amount = Long.parseLong(interval.group(1));
        return switch (interval.group(2).toLowerCase(Locale.ROOT)) {
            case "week" -> Duration.ofDays(7 * amount);
            case "day" -> Duration.ofDays(amount);
            case "hour" -> Duration.ofHours(amount);
            case "minute" -> Duration.ofMinutes(amount);
            default -> Duration.ofSeconds(amount);
        };
    }

    /**
     * Sets both, by a commit that leaves every row as it is.
     *
     * @throws io.lakeproof.error.Failure.Conflict if another writer changed the table's properties at the same time
     */
    public static void set(SparkSession spark, String path, long days) {
        String interval = "'interval " + days + " days'";
        try {
            spark.sql("ALTER TABLE delta.`" + path.replace("`", "``") + "` SET TBLPROPERTIES ('" + LOG + "' = "
                    + interval + ", '" + FILES + "' = " + interval + ")");
        } catch (Exception e) { // Spark throws checked exceptions that its signatures do not declare
            throw DeltaFailures.of(path, e);
        }
    }
}
