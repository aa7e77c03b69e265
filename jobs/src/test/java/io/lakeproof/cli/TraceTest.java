package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.Collector;
import io.lakeproof.Collector.Received;
import io.lakeproof.SparkTest;
import io.lakeproof.error.Redactor;
import io.lakeproof.model.Outcome;
import io.lakeproof.telemetry.RunFacts;
import io.lakeproof.telemetry.Trace;
import io.lakeproof.telemetry.TraceParent;
import io.lakeproof.telemetry.Tracing;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.VoidFunction;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceTest extends SparkTest {
    private static final String ENDPOINT = "otel.exporter.otlp.endpoint";
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String CALLER = "00f067aa0ba902b7";
    private static final String SECRET = "hunter2-hunter2";

    private record Ended(int code, List<String> out, String err) {}

    @TempDir
    Path folder;

    private Collector collector;

    @BeforeEach
    void startCollector() throws IOException {
        collector = new Collector();
        System.setProperty(ENDPOINT, collector.endpoint());
    }

    @AfterEach
    void stopCollector() {
        System.clearProperty(ENDPOINT);
        collector.close();
    }

    @Test
    void aRunIsATreeOfItsPhasesAndAllItsSparkJobs() throws IOException {
        AtomicInteger jobs = new AtomicInteger();
        SparkListener counter = new SparkListener() {
            @Override
            public void onJobStart(SparkListenerJobStart start) {
                jobs.incrementAndGet();
            }
        };
        spark().sparkContext().addSparkListener(counter);

        Ended ended =
                run("dedup", "--traceparent=00-" + TRACE + "-" + CALLER + "-01", "--run-id=nightly?token=" + SECRET);
        spark().sparkContext().removeSparkListener(counter);

        assertThat(ended.code).as(ended.err).isZero();
        assertThat(ended.err).isEmpty();
        List<Received> spans = collector.spans(TRACE);
        assertThat(spans).as("every span is of the trace").hasSameSizeAs(collector.spans());
        Received run = only(spans, span -> span.parent().equals(CALLER));
        assertThat(run.name()).isEqualTo("lakeproof dedup");
        assertThat(run.isError()).isFalse();
        assertThat(run.resource()).containsEntry("service.name", "lakeproof");
        assertThat(run.attributes())
                .containsEntry("lakeproof.command", "dedup")
                .containsEntry("lakeproof.run.id", "nightly?token=" + Redactor.REDACTED)
                .containsEntry("lakeproof.pipeline", "sample-events")
                .containsEntry("lakeproof.table", folder + "/clean/events")
                .containsEntry("lakeproof.outcome", "COMMITTED")
                .containsEntry("lakeproof.exit_code", "0")
                .containsEntry("lakeproof.version.after", "0");
        assertThat(Long.parseLong(run.attributes().get("lakeproof.rows.read"))).isPositive();
        List<Received> phases = below(spans, run);
        assertThat(phases)
                .extracting(Received::name)
                .containsExactly("configure", "connect", "plan", "read", "compete", "commit", "seal");
        for (int i = 0; i < phases.size(); i++) {
            assertThat(phases.get(i).isWithin(run)).as(phases.get(i).toString()).isTrue();
            assertThat(i == 0 ? run.start() : phases.get(i - 1).end())
                    .isLessThanOrEqualTo(phases.get(i).start());
        }
        assertThat(spans).hasSize(1 + phases.size() + jobs.get());
        assertNested(spans, phases, jobs.get());
        assertThat(collector.spans().toString() + ended.out).doesNotContain("hunter2");
    }

    private static void assertNested(List<Received> spans, List<Received> phases, int jobs) {
        Set<String> ids = new HashSet<>();
        long tasks = 0;
        for (Received phase : phases) {
            for (Received job : below(spans, phase)) {
                assertThat(job.isWithin(phase)).as("%s in %s", job, phase).isTrue();
                assertThat(job.isError()).as(job.toString()).isFalse();
                ids.add(job.attributes().get("spark.job.id"));
                tasks += Long.parseLong(job.attributes().get("spark.job.tasks"));
            }
        }
        assertThat(ids).hasSize(jobs);
        assertThat(tasks).isGreaterThanOrEqualTo(jobs);
        long rows = phases.stream()
                .filter(phase -> phase.name().equals("commit"))
                .flatMap(phase -> below(spans, phase).stream())
                .mapToLong(job -> Long.parseLong(job.attributes().get("spark.job.rows.written")))
                .sum();
        assertThat(rows).as("rows that the commit wrote").isPositive();
    }

    @Test
    void aFailedRunIsAnErrorAndSoIsThePhaseInWhichItFailed() throws IOException {
        Ended ended = run("dedup", "--set=source.path=" + folder + "/token=" + SECRET + "/{date}");

        assertThat(ended.code).as(ended.err).isEqualTo(66);
        Received run = only(collector.spans(), span -> span.parent().isEmpty());
        assertThat(run.attributes())
                .containsEntry("lakeproof.outcome", "FAILED")
                .containsEntry("lakeproof.exit_code", "66")
                .containsEntry("error.type", "InputMissing");
        assertThat(run.isError()).isTrue();
        assertThat(run.problem()).contains(Redactor.REDACTED).doesNotContain("hunter2");
        List<Received> failed =
                below(collector.spans(), run).stream().filter(Received::isError).toList();
        assertThat(failed).extracting(Received::name).containsExactly("plan");
        assertThat(failed.get(0).problem()).isEqualTo(run.problem());
    }

    @Test
    void aJobThatFailsIsAnErrorAndAJobOfOthersIsNotThere() throws Exception {
        RunFacts facts = new RunFacts("dedup", "r");
        Trace trace = Tracing.ofProcess().begin(facts, Optional.of(parent()), Clock.systemUTC(), Redactor.byName());
        Thread other = new Thread(() -> spark().range(3).toDF().localCheckpoint());
        JavaSparkContext context = JavaSparkContext.fromSparkContext(spark().sparkContext());
        VoidFunction<Integer> fails = number -> {
            throw new IllegalStateException("password=" + SECRET);
        };

        trace.phase("work");
        trace.watch(spark().sparkContext());
        assertThatThrownBy(() -> context.parallelize(List.of(1), 1).foreach(fails))
                .hasMessageContaining("IllegalStateException");
        context.setLocalProperty("io.lakeproof.trace", null);
        other.start();
        other.join();
        assertThat(trace.end(facts.succeeded(Outcome.DONE, 1))).isEmpty();
        trace.phase("after the end");

        Received run = only(collector.spans(), span -> span.parent().equals(CALLER));
        Received phase = only(collector.spans(), span -> span.parent().equals(run.id()));
        Received job = only(collector.spans(), span -> span.parent().equals(phase.id()));
        assertThat(job.name()).startsWith("foreach at TraceTest.java:");
        assertThat(job.isError()).isTrue();
        assertThat(job.problem()).contains("IllegalStateException").doesNotContain("hunter2");
        assertThat(phase.isError()).isFalse();
        assertThat(collector.spans()).hasSize(3);
    }

    @Test
    void aCollectorThatIsSilentDelaysTheEndByFiveSecondsAndChangesNothingElse() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            System.setProperty(ENDPOINT, "http://127.0.0.1:" + silent.getLocalPort());
            long start = System.nanoTime();
            Ended traced = run("dedup", "--set=source.path=/nowhere");
            double seconds = (System.nanoTime() - start) / 1e9;
            System.setProperty("otel.sdk.disabled", "true");
            Ended untraced;
            try {
                untraced = run("dedup", "--set=source.path=/nowhere");
            } finally {
                System.clearProperty("otel.sdk.disabled");
            }

            assertThat(traced.code).isEqualTo(untraced.code).isEqualTo(66);
            assertThat(traced.err)
                    .startsWith(untraced.err)
                    .contains("warning: the trace was not delivered whole: ")
                    .endsWith(" spans were not taken by the collector in time\n");
            assertThat(seconds).isBetween(5.0, 30.0);
        }
    }

    @Test
    void aWrongSettingOfTracesIsAWarningAndAWrongOptionAnError() throws IOException {
        System.setProperty("otel.traces.sampler", "sometimes");
        Ended ended;
        try {
            ended = run("dedup", "--set=source.path=/nowhere");
        } finally {
            System.clearProperty("otel.traces.sampler");
        }

        assertThat(ended.code).isEqualTo(66);
        assertThat(ended.err)
                .startsWith("warning: the run is not traced: OpenTelemetry cannot be set up: ")
                .contains("sometimes")
                .contains("Mend the OTEL_ variable that it names");
        assertThat(collector.spans()).isEmpty();

        Ended wrong = run("dedup", "--traceparent=00-" + TRACE + "-1-01");

        assertThat(wrong.code).isEqualTo(64);
        assertThat(wrong.err)
                .startsWith("error: Invalid value for option '--traceparent': '00-" + TRACE
                        + "-1-01' is no traceparent of W3C Trace Context");
    }

    @Test
    void withoutTheVariablesNoClassOfOpenTelemetryIsLoadedAndWithThemTheyConfigureIt() throws Exception {
        Map<String, String> variables = Map.of(
                "OTEL_TRACES_EXPORTER",
                "otlp",
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                collector.endpoint(),
                "OTEL_EXPORTER_OTLP_HEADERS",
                "authorization=Bearer%20" + SECRET,
                "OTEL_SERVICE_NAME",
                "nightly",
                "OTEL_RESOURCE_ATTRIBUTES",
                "deployment.environment.name=test",
                "TRACEPARENT",
                "00-" + TRACE + "-" + CALLER + "-01");

        assertThat(classesLoaded(Map.of("TRACEPARENT", "00-" + TRACE + "-" + CALLER + "-01")))
                .anyMatch(name -> name.startsWith("io.lakeproof.telemetry.Tracing"))
                .noneMatch(name -> name.startsWith("io.opentelemetry."))
                .noneMatch(name -> name.startsWith("io.lakeproof.telemetry.otel."));
        assertThat(collector.spans()).isEmpty();

        assertThat(classesLoaded(variables)).contains("io.lakeproof.telemetry.otel.JobSpans");
        Received run = only(collector.spans(TRACE), span -> span.parent().equals(CALLER));
        assertThat(run.name()).isEqualTo("lakeproof config check");
        assertThat(run.resource())
                .containsEntry("service.name", "nightly")
                .containsEntry("deployment.environment.name", "test");
        assertThat(collector.authorizations()).containsOnly("Bearer " + SECRET);
    }

    /** The classes that a JVM of its own loads to check the sample, in which a Spark session is needed. */
    private List<String> classesLoaded(Map<String, String> variables) throws IOException, InterruptedException {
        Path log = folder.resolve("classes-" + variables.size());
        List<String> command = new ArrayList<>(List.of(
                System.getProperty("java.home") + "/bin/java",
                "-Xmx512m",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xlog:class+load:file=" + log,
                "-Dspark.master=local[1]",
                "-Dspark.ui.enabled=false"));
        java.lang.management.ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("--add-opens"))
                .forEach(command::add);
        command.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                "io.lakeproof.cli.Lakeproof",
                "config",
                "check",
                "--config",
                sample().toString()));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output").toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("OTEL_"));
        builder.environment().putAll(variables);
        int code = builder.start().waitFor();
        assertThat(code).as(Files.readString(folder.resolve("output"))).isZero();
        return Files.readAllLines(log).stream()
                .map(line -> line.replaceFirst("^(\\[[^]]*])+ ", "").split(" ", 2)[0])
                .toList();
    }

    private static TraceParent parent() {
        return new TraceParent("00-" + TRACE + "-" + CALLER + "-01");
    }

    private static Received only(List<Received> spans, Predicate<Received> which) {
        List<Received> found = spans.stream().filter(which).toList();
        assertThat(found).as(spans.toString()).hasSize(1);
        return found.get(0);
    }

    /** The children of a span, in the order of their starts; what begins at once, in that of their ends. */
    private static List<Received> below(List<Received> spans, Received parent) {
        return spans.stream()
                .filter(span -> span.parent().equals(parent.id()))
                .sorted(Comparator.comparingLong(Received::start).thenComparingLong(Received::end))
                .toList();
    }

    private Path sample() throws IOException {
        Path conf = folder.resolve("sample.conf");
        Files.writeString(
                conf,
                Files.readString(ROOT.resolve("conf/sample.conf"))
                        .replace("test-data/", ROOT + "/test-data/")
                        .replace("out/sample/", folder + "/"));
        return conf;
    }

    private Ended run(String command, String... options) throws IOException {
        List<String> args = new ArrayList<>(List.of(command, "--config", sample().toString()));
        args.addAll(List.of(options));
        Runs.Ended ended = new Runs(spark(), Clock.systemUTC()).end(args);
        return new Ended(ended.code(), ended.out().lines().toList(), ended.err());
    }
}
