package io.lakeproof;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.syntax.elements.ClassesShouldConjunction;
import com.tngtech.archunit.library.GeneralCodingRules;
import io.lakeproof.cli.Lakeproof;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.stream.Stream;

/** The arrows between packages that DESIGN draws, and what no package may touch. */
@AnalyzeClasses(packages = "io.lakeproof", importOptions = ArchitectureTest.MainClasses.class)
class ArchitectureTest {
    /** Not the tests, be they classes in a folder or in common's jar of tests. */
    static final class MainClasses implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/") && !location.contains("-tests.jar");
        }
    }

    private static final String JDK = "java..";
    private static final String NULLNESS = "org.jspecify..";
    private static final String[] PLATFORM = {
        JDK, NULLNESS, "org.apache.spark..", "scala..", "org.apache.hadoop..", "org.slf4j..", "com.fasterxml.jackson.."
    };

    @ArchTest
    static final ArchRule model = only("model", JDK, NULLNESS)
            .because("records of scopes, counts and inputs must mean the same wherever they are read, without any"
                    + " library");

    @ArchTest
    static final ArchRule error = only("error", JDK, NULLNESS)
            .because("a failure must be thrown from everywhere and understood by every caller");

    @ArchTest
    static final ArchRule config = only(
                    "config", JDK, NULLNESS, "com.typesafe.config..", "io.lakeproof.model", "io.lakeproof.error")
            .because("a configuration is checked before Spark starts, and on machines that have no Spark");

    @ArchTest
    static final ArchRule digest = common("digest", "model")
            .because("a second implementation must be able to follow the digest without the rest");

    @ArchTest
    static final ArchRule delta = only("delta", and(packages("model", "error", "aws"), PLATFORM, "io.delta.."))
            .because("a table can be read and committed to by any job, whatever its configuration");

    @ArchTest
    static final ArchRule aws = only(
                    "aws",
                    and(packages("model", "error", "config", "lifecycle", "posture"), PLATFORM, "software.amazon.."))
            .because("what S3 can do beside Hadoop's view of it is there for every job");

    @ArchTest
    static final ArchRule awsSdkIsOfAws =
            onlyIn("io.lakeproof.aws..", "software.amazon..").because("everything else sees records of ours");

    @ArchTest
    static final ArchRule lineage = common("lineage", "model", "error", "digest", "delta")
            .because("seals outlive the configurations and sources that they were made with");

    @ArchTest
    static final ArchRule source = only(
                    "source",
                    and(
                            packages("model", "error", "config", "aws", "digest", "delta"),
                            PLATFORM,
                            "org.apache.commons.csv.."))
            .because("what a row is must not depend on what earlier runs did");

    @ArchTest
    static final ArchRule telemetry = only("telemetry", and(packages("model", "error"), PLATFORM, "io.opentelemetry.."))
            .because("the result of a run is reported even if nothing else worked");

    @ArchTest
    static final ArchRule compare =
            common("compare", "model", "digest").because("two Datasets are compared wherever they come from");

    @ArchTest
    static final ArchRule lifecycle = only(
                    "lifecycle",
                    JDK,
                    "javax.xml..",
                    "org.w3c.dom..",
                    "org.xml.sax..",
                    NULLNESS,
                    "io.lakeproof.model",
                    "io.lakeproof.error",
                    "io.lakeproof.config")
            .because("what becomes of old objects is decided, and can be tested, without Spark and without S3");

    @ArchTest
    static final ArchRule posture = only(
                    "posture",
                    and(
                            packages("model", "config", "lifecycle"),
                            new String[] {JDK, NULLNESS},
                            "com.fasterxml.jackson.."))
            .because("what a setting means for a table is decided, and can be tested, without Spark and without S3");

    @ArchTest
    static final ArchRule report = only(
                    "report",
                    JDK,
                    NULLNESS,
                    "org.apache.hadoop.conf..",
                    "io.lakeproof.model",
                    "io.lakeproof.error",
                    "io.lakeproof.run")
            .because("any job can report, and a report says nothing but what it is told");

    @ArchTest
    static final ArchRule commonKnowsNoJob = noClasses()
            .that()
            .resideInAnyPackage(packages(
                    "model",
                    "error",
                    "config",
                    "digest",
                    "delta",
                    "lineage",
                    "source",
                    "telemetry",
                    "run",
                    "report",
                    "lifecycle",
                    "posture",
                    "aws"))
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.lakeproof.jobs..", "io.lakeproof.cli..")
            .because("common/ is a library that jobs stand on");

    @ArchTest
    static final ArchRule jobsAreIslands = slices().matching("io.lakeproof.jobs.(*)..")
            .should()
            .notDependOnEachOther()
            .because("a job can then be read, changed and removed alone");

    @ArchTest
    static final ArchRule jobsKnowNoCommandLine = noClasses()
            .that()
            .resideInAPackage("io.lakeproof.jobs..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.lakeproof.cli..")
            .because("a job also runs from a notebook or another program");

    @ArchTest
    static final ArchRule packagesHaveNoCycles = slices().matching("io.lakeproof.(*)..")
            .should()
            .beFreeOfCycles()
            .because("a package in a cycle cannot be understood without all of it");

    @ArchTest
    static final ArchRule picocliIsOfTheCommandLine =
            onlyIn("io.lakeproof.cli..", "picocli..").because("options are parsed once, at the edge");

    @ArchTest
    static final ArchRule typesafeConfigIsOfConfig =
            onlyIn("io.lakeproof.config..", "com.typesafe.config..").because("everything else sees validated records");

    @ArchTest
    static final ArchRule deltaIsOfDelta = onlyIn("io.lakeproof.delta..", "io.delta..")
            .because("the commit protocol of Delta is handled in one place, where all its failures are known");

    @ArchTest
    static final ArchRule onlyPublicSpark = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "org.apache.spark.sql.catalyst..",
                    "org.apache.spark.sql.delta..",
                    "org.apache.spark.sql.execution..",
                    "org.apache.spark.sql.internal..",
                    "org.apache.spark.sql.classic..")
            .because("Databricks and EMR patch the internals, and Spark changes them in every minor release");

    @ArchTest
    static final ArchRule onlyTheMainClassExits = noClasses()
            .that()
            .doNotBelongToAnyOf(Lakeproof.class)
            .should()
            .callMethod(System.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "exit", int.class)
            .orShould()
            .callMethod(Runtime.class, "halt", int.class)
            .because("a driver that others share must not be ended by a job, and a test not by what it tests");

    @ArchTest
    static final ArchRule nobodyReadsTheClock = noClasses()
            .should()
            .callMethod(Instant.class, "now")
            .orShould()
            .callMethod(LocalDate.class, "now")
            .orShould()
            .callMethod(LocalDateTime.class, "now")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .because("time comes in through the run's Clock, so that a run can be repeated");

    @ArchTest
    static final ArchRule onlyTheMainClassMakesAClock = noClasses()
            .that()
            .doNotBelongToAnyOf(Lakeproof.class)
            .should()
            .callMethod(Clock.class, "systemUTC")
            .orShould()
            .callMethod(Clock.class, "systemDefaultZone")
            .because("time comes in through the run's Clock, so that a run can be repeated");

    @ArchTest
    static final ArchRule onlyTheMainClassTouchesTheStandardStreams = noClasses()
            .that()
            .doNotBelongToAnyOf(Lakeproof.class)
            .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS)
            .because("the last line of standard output is the RESULT line that machines read");

    @ArchTest
    static final ArchRule csvIsOfSource =
            onlyIn("io.lakeproof.source..", "org.apache.commons.csv..").because("a line becomes a record in one place");

    @ArchTest
    static final ArchRule openLineageIsOfLineage = onlyIn("io.lakeproof.jobs.lineage..", "io.openlineage..")
            .because("seals are records of our own; one job says them in the words of others");

    @ArchTest
    static final ArchRule openTelemetryIsOfOtel = onlyIn("io.lakeproof.telemetry.otel..", "io.opentelemetry..")
            .because("none of its classes is loaded for a run that nobody traces");

    private static ArchRule common(String name, String... others) {
        return only(name, and(packages(others), PLATFORM));
    }

    private static String[] and(String[] some, String[] others, String... more) {
        return Stream.of(some, others, more).flatMap(Arrays::stream).toArray(String[]::new);
    }

    /** Lakeproof's own packages and libraries that a package of common may use. */
    private static ClassesShouldConjunction only(String name, String... allowed) {
        String own = "io.lakeproof." + name;
        return classes()
                .that()
                .resideInAPackage(own + "..")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(allowed)
                        .or(resideInAPackage(own + ".."))
                        .or(primitive()));
    }

    private static DescribedPredicate<JavaClass> primitive() {
        return DescribedPredicate.describe(
                "primitive", type -> type.getBaseComponentType().isPrimitive());
    }

    private static ClassesShouldConjunction onlyIn(String own, String library) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(own)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(library);
    }

    private static String[] packages(String... names) {
        return Arrays.stream(names).map(name -> "io.lakeproof." + name + "..").toArray(String[]::new);
    }
}
