package io.lakeproof.telemetry;

import io.lakeproof.error.Redactor;
import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is known about a run so far. A job notes each fact as it learns it, so that a run that fails half way still reports
 * what it knew. Used by one thread.
 */
public final class RunFacts {
    final String command;
    final String runId;

    @Nullable
    String runKey;

    @Nullable
    DateScope scope;

    @Nullable
    String model;

    List<String> dates = List.of();

    @Nullable
    String target;

    @Nullable
    Long versionBefore;

    @Nullable
    Long versionAfter;

    @Nullable
    String digest;

    @Nullable
    Counts counts;

    @Nullable
    Windowed windowed;

    @Nullable
    Differences differences;

    @Nullable
    Long late;

    @Nullable
    Exported exported;

    @Nullable
    Drilled drilled;

    @Nullable
    Retained retained;

    @Nullable
    Lifecycled lifecycled;

    @Nullable
    Examined examined;

    @Nullable
    Long sourceRows;

    @Nullable
    String pipeline;

    @Nullable
    Long bytesRead;

    @Nullable
    Duration freshness;

    private final List<String> summary = new ArrayList<>();
    private Trace trace = Trace.NONE;
    private Redactor redactor = Redactor.byName();

    public RunFacts(String command, String runId) {
        this.command = command;
        this.runId = runId;
    }

    /** As the RESULT line calls it. */
    public String command() {
        return command;
    }

    public String runId() {
        return runId;
    }

    /** Sets whom to tell of phases. */
    public RunFacts trace(Trace told) {
        trace = told;
        return this;
    }

    public Trace trace() {
        return trace;
    }

    /** Sets what knows the secrets of this run. */
    public RunFacts redactor(Redactor knowing) {
        redactor = knowing;
        return this;
    }

    public Redactor redactor() {
        return redactor;
    }

    public RunFacts runKey(String hex) {
        runKey = hex;
        return this;
    }

    public RunFacts scope(DateScope asked) {
        scope = asked;
        return this;
    }

    public RunFacts model(String version) {
        model = version;
        return this;
    }

    /**
     * Notes which partitions are concerned.
     *
     * @param touched the event dates whose partitions the run replaces or replaced
     */
    public RunFacts dates(List<String> touched) {
        dates = List.copyOf(touched);
        return this;
    }

    public RunFacts target(String path) {
        target = path;
        return this;
    }

    public RunFacts versionBefore(long version) {
        versionBefore = version;
        return this;
    }

    public RunFacts versionAfter(long version) {
        versionAfter = version;
        return this;
    }

    public RunFacts digest(String hex) {
        digest = hex;
        return this;
    }

    public RunFacts counts(Counts where) {
        counts = where;
        return this;
    }

    public RunFacts windowed(Windowed table) {
        windowed = table;
        return this;
    }

    public RunFacts exported(Exported events) {
        exported = events;
        return this;
    }

    public RunFacts drilled(Drilled drill) {
        drilled = drill;
        return this;
    }

    public RunFacts retained(Retained files) {
        retained = files;
        return this;
    }

    public RunFacts lifecycled(Lifecycled objects) {
        lifecycled = objects;
        return this;
    }

    public RunFacts examined(Examined findings) {
        examined = findings;
        return this;
    }

    public RunFacts differences(Differences found) {
        differences = found;
        return this;
    }

    /** Notes how many rows were accepted although they are late. */
    public RunFacts late(long rows) {
        late = rows;
        return this;
    }

    /** Notes how many rows of the source the counted rows were made of. */
    public RunFacts sourceRows(long rows) {
        sourceRows = rows;
        return this;
    }

    /** Notes which pipeline runs. */
    public RunFacts pipeline(String name) {
        pipeline = name;
        return this;
    }

    /** Notes how many bytes the input files have, as they are stored. */
    public RunFacts bytesRead(long bytes) {
        bytesRead = bytes;
        return this;
    }

    /** Notes how old the newest event is, at the end of the scope if that is past. */
    public RunFacts freshness(Duration age) {
        freshness = age;
        return this;
    }

    /** Adds a line to what a person reads at the end. */
    public RunFacts say(String line) {
        summary.add(line);
        return this;
    }

    public List<String> summary() {
        return List.copyOf(summary);
    }

    /** The result of a run that ended well. */
    public RunResult succeeded(Outcome outcome, long durationMs) {
        return new RunResult(this, outcome, durationMs, null);
    }

    /** The result of a run that failed. */
    public RunResult failed(Throwable error, long durationMs) {
        return new RunResult(this, Outcome.FAILED, durationMs, error);
    }
}
