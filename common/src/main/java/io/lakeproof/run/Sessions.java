package io.lakeproof.run;

import io.lakeproof.error.Redactor;
import java.time.ZoneId;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;

/** Spark sessions: one that the platform or we started, and in it one for a run, whose settings nobody else can bend. */
public final class Sessions {
    /** Needed before the first session of a JVM starts; a platform that sets them keeps its own values. */
    private static final Map<String, String> AT_START = Map.of(
            "spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension",
            "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog",
            "spark.delta.logStore.file.impl", "io.lakeproof.delta.LinkLogStore",
            // What Spark shows of its settings, in its web page, event log and plans.
            "spark.redaction.regex", Redactor.NAMES);

    private Sessions() {}

    /** The session of this JVM; starts one if there is none, with the settings of spark-submit or the system properties. */
    public static SparkSession open(String name) {
        SparkSession.Builder builder = SparkSession.builder().appName(name);
        AT_START.forEach((key, value) -> {
            if (System.getProperty(key) == null) {
                builder.config(key, value);
            }
        });
        return builder.getOrCreate();
    }

    /**
     * A session for one run: what could change a result is set here and not by the environment. The caller's session is left
     * as it is.
     *
     * @param zone of local times without one
     */
    public static SparkSession forRun(SparkSession base, ZoneId zone) {
        SparkSession session = base.newSession();
        settings(zone).forEach((key, value) -> session.conf().set(key, value));
        SparkSession.setActiveSession(session);
        return session;
    }

    private static Map<String, String> settings(ZoneId zone) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("spark.sql.session.timeZone", zone.getId());
        settings.put("spark.sql.ansi.enabled", "true");
        settings.put("spark.sql.caseSensitive", "false");
        // What an expression of the configuration means, and that it reads no environment variable.
        settings.put("spark.sql.variable.substitute", "false");
        settings.put("spark.sql.ansi.doubleQuotedIdentifiers", "false");
        settings.put("spark.sql.parser.escapedStringLiterals", "false");
        settings.put("spark.sql.datetime.java8API.enabled", "true");
        settings.put("spark.sql.parquet.outputTimestampType", "TIMESTAMP_MICROS");
        // A file that cannot be read stops the run; a page that fails its checksum cannot be read.
        settings.put("spark.sql.files.ignoreCorruptFiles", "false");
        settings.put("spark.sql.files.ignoreMissingFiles", "false");
        settings.put("parquet.page.verify-checksum.enabled", "true");
        settings.put("spark.sql.sources.partitionOverwriteMode", "static");
        settings.put("spark.databricks.delta.schema.autoMerge.enabled", "false");
        // The files that one commit added are read by themselves, to be digested.
        settings.put("spark.databricks.delta.formatCheck.enabled", "false");
        settings.put("spark.sql.adaptive.enabled", "true");
        // To find out how well a column compresses, Spark copies each value several times: a line of 50 MB is too much
        // of that.
        settings.put("spark.sql.inMemoryColumnarStorage.compressed", "false");
        return settings;
    }
}
