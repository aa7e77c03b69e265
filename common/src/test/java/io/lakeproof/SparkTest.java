package io.lakeproof;

import com.holdenkarau.spark.testing.JavaDatasetSuiteBase;
import io.lakeproof.delta.ConditionalLogStore;
import io.lakeproof.run.Sessions;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZoneOffset;
import org.apache.spark.SparkConf;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;

/** The base of every test that needs Spark: one local session for the JVM, two cores, few partitions, Delta switched on. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public abstract class SparkTest extends JavaDatasetSuiteBase {
    /** The root of the repository, for test-data/, docs/ and conf/. */
    protected static final Path ROOT = Path.of(System.getProperty("lakeproof.root"));

    private static final String CODE_GENERATION = "spark.sql.codegen.factoryMode";

    @BeforeEach
    void startSession() {
        runBefore();
    }

    /** A session as the jobs use it, with UTC for local times. */
    protected SparkSession session() {
        return session(ZoneOffset.UTC);
    }

    protected SparkSession session(ZoneId zone) {
        return Sessions.forRun(spark(), zone);
    }

    /** A session whose expressions are compiled, as they are outside of tests: for transforms, where it could matter. */
    protected SparkSession compiling() {
        SparkSession session = session();
        session.conf().set(CODE_GENERATION, "FALLBACK");
        session.conf().set("spark.sql.codegen.wholeStage", "true");
        return session;
    }

    @Override
    public boolean enableHiveSupport() {
        return false;
    }

    @Override
    public SparkConf conf() {
        return super.conf()
                .setMaster("local[2]")
                .setAppName("lakeproof-tests")
                .set("spark.ui.enabled", "false")
                .set("spark.sql.shuffle.partitions", "4")
                .set("spark.default.parallelism", "4")
                .set("spark.databricks.delta.snapshotPartitions", "1")
                // Outside of UTC, Delta lists all files twice for every commit to check its own checksum file.
                .set("spark.databricks.delta.allFilesInCrc.verificationMode.forceOnNonUTC.enabled", "false")
                .set("spark.sql.ui.explainMode", "simple")
                // As Sessions has it for a local run.
                .set("spark.executor.killOnFatalError.depth", "0")
                // What Spark compiles whatever its settings say is compiled once; 100 classes are kept by default.
                .set("spark.sql.codegen.cache.maxEntries", "5000")
                // Whole runs interpret: compiling their many small queries takes half of the time. .ci/run compiles
                // them.
                .set(CODE_GENERATION, "NO_CODEGEN")
                .set("spark.sql.codegen.wholeStage", "false")
                .set("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
                .set("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
                .set("spark.delta.logStore.file.impl", FaultyLogStore.class.getName())
                .set("spark.delta.logStore.s3a.impl", ConditionalLogStore.class.getName())
                // Results must not depend on it: the tests run in a zone with daylight saving, far from UTC.
                .set("spark.sql.session.timeZone", "Pacific/Auckland");
    }
}
