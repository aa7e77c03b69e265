package io.lakeproof.run;

import io.lakeproof.aws.S3aSettings;
import io.lakeproof.config.S3Config;
import io.lakeproof.config.S3Config.Writers;
import io.lakeproof.delta.ConditionalLogStore;
import io.lakeproof.error.Failure;
import io.lakeproof.error.Redactor;
import java.time.ZoneId;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.SparkSession;

/** Spark sessions: one that the platform or we started, and in it one for a run, whose settings nobody else can bend. */
public final class Sessions {
    private static final String HADOOP = "spark.hadoop.";

    /** Let one of several drivers commit a version. */
    private static final Set<String> SAFE_STORES =
            Set.of(ConditionalLogStore.class.getName(), "io.delta.storage.S3DynamoDBLogStore");

    private static final String LOG_STORE = "spark.delta.logStore.s3a.impl";

    /** Needed before the first session of a JVM starts; a platform that sets them keeps its own values. */
    private static final Map<String, String> AT_START = Map.of(
            "spark.sql.extensions",
            "io.delta.sql.DeltaSparkSessionExtension",
            "spark.sql.catalog.spark_catalog",
            "org.apache.spark.sql.delta.catalog.DeltaCatalog",
            "spark.delta.logStore.file.impl",
            "io.lakeproof.delta.LinkLogStore",
            LOG_STORE,
            ConditionalLogStore.class.getName(),
            "spark.delta.logStore.s3.impl",
            ConditionalLogStore.class.getName(),
            // What Spark shows of its settings, in its web page, event log and plans.
            "spark.redaction.regex",
            Redactor.NAMES);

    private Sessions() {}

    /** The session of this JVM; starts one if there is none, with the settings of spark-submit or the system properties. */
    public static SparkSession open(String name) {
        SparkSession.Builder builder = SparkSession.builder().appName(name);
        AT_START.forEach((key, value) -> {
            if (System.getProperty(key) == null) {
                builder.config(key, value);
            }
        });
        if (System.getProperty("spark.master", "").startsWith("local")) {
            // What a damaged file asks for, be it more memory than there is, fails its task and not the whole JVM.
            builder.config("spark.executor.killOnFatalError.depth", "0");
        }
        return builder.getOrCreate();
    }

    /**
     * A session for one run: what could change a result is set here and not by the environment. The caller's session is left
     * as it is.
     *
     * @param zone of local times without one
     */
    public static SparkSession forRun(SparkSession base, ZoneId zone) {
        return forRun(base, zone, S3Config.DEFAULT);
    }

    /**
     * The same, with object storage reached as configured.
     *
     * @throws Failure.Configuration if the Hadoop of the platform cannot do what is asked
     */
    public static SparkSession forRun(SparkSession base, ZoneId zone, S3Config s3) {
        SparkSession session = base.newSession();
        S3aSettings.of(s3, base.sparkContext().hadoopConfiguration())
                .forEach((key, value) -> session.conf().set(key, value));
        settings(zone).forEach((key, value) -> session.conf().set(key, value));
        SparkSession.setActiveSession(session);
        return session;
    }

    /**
     * Hadoop's settings before there is a session of a run: those of the platform's session, or of spark-submit, and over them
     * what reaches object storage as configured.
     */
    public static Configuration hadoop(S3Config s3) {
        Configuration hadoop = platform();
        S3aSettings.of(s3, hadoop).forEach(hadoop::set);
        return hadoop;
    }

    /** Hadoop's settings of the platform's session, or of spark-submit if there is none yet. */
    public static Configuration platform() {
        return SparkSession.getDefaultSession().isDefined()
                ? new Configuration(
                        SparkSession.getDefaultSession().get().sparkContext().hadoopConfiguration())
                : submitted();
    }

    private static Configuration submitted() {
        Configuration hadoop = new Configuration();
        System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith(HADOOP))
                .forEach(name -> hadoop.set(name.substring(HADOOP.length()), System.getProperty(name)));
        return hadoop;
    }

    /**
     * Fails if drivers that commit to one table at the same time could lose a commit: Delta's own log store for S3 is safe
     * for one driver only, and which log store is used is settled when the Spark context starts.
     *
     * @throws Failure.Configuration saying what to set
     */
    public static void requireSafeWriters(SparkSession spark, S3Config s3) {
        requireSafe(logStore(spark, "s3a").orElse("io.delta.storage.S3SingleDriverLogStore"), s3);
    }

    static void requireSafe(String store, S3Config s3) {
        if (s3.writers() == Writers.SINGLE || isSafe(store)) {
            return;
        }
        throw new Failure.Configuration(
                "the log store of this Spark, " + store
                        + ", is safe only while no other driver commits to the same table",
                "Start Spark with --conf " + LOG_STORE + "=" + ConditionalLogStore.class.getName()
                        + " and the jar on its class path, or set s3.writers = single if no other driver ever commits to these"
                        + " tables.");
    }

    /** The class of the log store that Spark was started with for paths of a scheme; empty if none was named. */
    public static Optional<String> logStore(SparkSession spark, String scheme) {
        String key = "spark.delta.logStore." + scheme + ".impl";
        return Optional.of(spark.sparkContext().getConf().get(key, "")).filter(name -> !name.isEmpty());
    }

    /** True if one of several drivers gets a version by this log store, or if the platform coordinates commits itself. */
    public static boolean isSafe(String logStore) {
        boolean isCoordinated = System.getenv("DATABRICKS_RUNTIME_VERSION") != null;
        return SAFE_STORES.contains(logStore) || isCoordinated;
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
