package io.lakeproof.telemetry.otel;

import io.lakeproof.error.Redactor;
import io.opentelemetry.api.trace.Span;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import org.apache.spark.SparkContext;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.scheduler.JobSucceeded$;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerJobEnd;
import org.apache.spark.scheduler.SparkListenerJobStart;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerUnpersistRDD;
import org.apache.spark.scheduler.StageInfo;
import scala.collection.Iterator;

/**
 * The spans of the Spark jobs of one run, as Spark's listener tells of them. Other users of the same Spark context run jobs of
 * theirs, so a run marks its own with a local property, which threads inherit.
 */
final class JobSpans extends SparkListener {
    private static final String MARK = "io.lakeproof.trace";

    /** How long the end of a run waits for the listener to hear of its last jobs. */
    private static final long PATIENCE_SECONDS = 2;

    private final SparkContext spark;
    private final String mark;
    private final BiFunction<String, Instant, Span> begin;
    private final Redactor redactor;
    private final Map<Integer, JobSpan> open = new HashMap<>();
    private final Map<Integer, JobSpan> byStage = new HashMap<>();
    private final CountDownLatch heardAll = new CountDownLatch(1);
    private int lastWord = -1;
    private boolean isClosed;

    /**
     * Listens from now on.
     *
     * @param mark of this run
     * @param begin makes the span of a job, by its name and start
     */
    JobSpans(SparkContext spark, String mark, BiFunction<String, Instant, Span> begin, Redactor redactor) {
        this.spark = spark;
        this.mark = mark;
        this.begin = begin;
        this.redactor = redactor;
        spark.setLocalProperty(MARK, mark);
        spark.addSparkListener(this);
    }

    @Override
    public synchronized void onJobStart(SparkListenerJobStart start) {
        if (isClosed
                || start.properties() == null
                || !mark.equals(start.properties().getProperty(MARK))) {
            return;
        }
        String description = property(start, "spark.job.description");
        JobSpan job = new JobSpan(begin.apply(redactor.text(callSite(start)), Instant.ofEpochMilli(start.time())));
        job.number("spark.job.id", start.jobId());
        job.text("spark.job.description", redactor.text(description));
        job.text("spark.job.group", redactor.text(property(start, "spark.jobGroup.id")));
        job.text("spark.sql.execution.id", property(start, "spark.sql.execution.id"));
        open.put(start.jobId(), job);
        for (Iterator<Object> stages = start.stageIds().iterator(); stages.hasNext(); ) {
            byStage.putIfAbsent((Integer) stages.next(), job);
        }
    }

    /** The call in the program that began the job, as the name of its last stage has it. */
    private static String callSite(SparkListenerJobStart start) {
        int last = -1;
        String name = "job";
        for (Iterator<StageInfo> stages = start.stageInfos().iterator(); stages.hasNext(); ) {
            StageInfo stage = stages.next();
            if (stage.stageId() > last) {
                last = stage.stageId();
                name = stage.name();
            }
        }
        return name;
    }

    private static String property(SparkListenerJobStart start, String name) {
        return start.properties().getProperty(name, "");
    }

    @Override
    public synchronized void onStageCompleted(SparkListenerStageCompleted stage) {
        JobSpan job = byStage.get(stage.stageInfo().stageId());
        if (job != null) {
            job.add(stage.stageInfo());
        }
    }

    @Override
    public synchronized void onJobEnd(SparkListenerJobEnd end) {
        JobSpan job = open.remove(end.jobId());
        if (job == null) {
            return;
        }
        byStage.values().removeIf(job::equals);
        Optional<String> problem = end.jobResult() == JobSucceeded$.MODULE$
                ? Optional.empty()
                : Optional.of(redactor.text(firstLine(String.valueOf(end.jobResult()))));
        job.end(Instant.ofEpochMilli(end.time()), problem);
        notifyAll();
    }

    private static String firstLine(String text) {
        return text.lines().findFirst().orElse("");
    }

    @Override
    public synchronized void onUnpersistRDD(SparkListenerUnpersistRDD last) {
        if (last.rddId() == lastWord) {
            heardAll.countDown();
        }
    }

    /** Ends what is open: jobs that were cancelled, or whose end is still not told. */
    void close(Instant now) {
        try {
            hearOut();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The context is stopped, and tells nothing more.
        }
        synchronized (this) {
            isClosed = true;
            open.values().forEach(job -> job.end(now, Optional.of("the run ended before this job")));
            open.clear();
            byStage.clear();
        }
        if (!spark.isStopped()) {
            spark.setLocalProperty(MARK, null);
            spark.removeSparkListener(this);
        }
    }

    /** Spark tells its listeners in order, but late: an event of our own says when they have heard all. */
    private void hearOut() throws InterruptedException {
        if (!spark.isStopped()) {
            JavaRDD<Object> word = JavaSparkContext.fromSparkContext(spark).emptyRDD();
            synchronized (this) {
                lastWord = word.id();
            }
            word.unpersist(false);
            boolean unused = heardAll.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
        }
        // The end of a job that failed or was cancelled is told after its caller knows.
        long steps = PATIENCE_SECONDS * 10;
        for (long step = 0; step < steps && isAnyOpen(); step++) {
            synchronized (this) {
                wait(100);
            }
        }
    }

    private synchronized boolean isAnyOpen() {
        return !open.isEmpty();
    }
}
