package io.lakeproof.jobs.backfill;

import io.lakeproof.error.Failure;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Counts;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.Outcome;
import io.lakeproof.run.CuratedRequest;
import io.lakeproof.run.CuratedRun;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.ScopedJob;
import io.lakeproof.telemetry.RunFacts;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Builds the dates of a long scope in chunks, oldest first. Each chunk is a run of its own, with its own run key, commit and
 * seal: a backfill that dies is run again and goes on where it was.
 */
public final class BackfillJob {
    private static final Logger LOG = LoggerFactory.getLogger(BackfillJob.class);

    /** Makes the run of one chunk, or of the whole scope. */
    @FunctionalInterface
    public interface Runs {
        ScopedJob of(RunContext context, CuratedRequest request);
    }

    private final RunContext context;
    private final String job;
    private final Runs runs;
    private final CuratedRequest request;
    private final int chunkDays;

    /**
     * Of one scope.
     *
     * @param job the name of the job that builds the chunks
     * @param chunkDays how many days each chunk has, at least one
     */
    public BackfillJob(RunContext context, String job, Runs runs, CuratedRequest request, int chunkDays) {
        this.context = context;
        this.job = job;
        this.runs = runs;
        this.request = request;
        this.chunkDays = chunkDays;
    }

    /**
     * Runs the chunks that have dates to build; what they did is in the context's facts, added up.
     *
     * @return COMMITTED if one of the chunks was; otherwise REPLACED, REPLAYED or EMPTY, in this order
     * @throws Failure of the first chunk that fails; those before it are done
     */
    public Outcome run() {
        RunFacts facts = context.facts();
        facts.scope(request.scope());
        SortedSet<String> dates = runs.of(context, request).datesToBuild();
        List<DateScope> chunks = chunks(dates);
        facts.say("backfill     " + dates.size() + " dates in " + chunks.size() + " chunks of " + chunkDays + " days");
        if (context.dryRun()) {
            chunks.forEach(scope -> facts.say("would build  " + scope));
            facts.say("dry run: nothing was written");
            return Outcome.DONE;
        }
        List<Seal> seals = new ArrayList<>();
        Set<Outcome> outcomes = EnumSet.noneOf(Outcome.class);
        for (DateScope scope : chunks) {
            CuratedRun done = build(scope);
            outcomes.add(done.outcome());
            done.seal().ifPresent(seals::add);
            report(scope, done);
            sum(seals);
        }
        return Stream.of(Outcome.COMMITTED, Outcome.REPLACED, Outcome.REPLAYED)
                .filter(outcomes::contains)
                .findFirst()
                .orElse(Outcome.EMPTY);
    }

    /** The chunks that have dates to build; their bounds depend on the scope asked for alone, or on the first date. */
    private List<DateScope> chunks(SortedSet<String> dates) {
        List<DateScope> chunks = new ArrayList<>();
        if (dates.isEmpty()) {
            return chunks;
        }
        LocalDate last = request.scope().to().orElse(LocalDate.parse(dates.last()));
        LocalDate start = request.scope().from().orElse(LocalDate.parse(dates.first()));
        while (!start.isAfter(last)) {
            LocalDate end = start.plusDays(chunkDays - 1L);
            DateScope scope = new DateScope(Optional.of(start), Optional.of(end.isAfter(last) ? last : end));
            if (dates.stream().anyMatch(scope::contains)) {
                chunks.add(scope);
            }
            start = end.plusDays(1);
        }
        return chunks;
    }

    private CuratedRun build(DateScope scope) {
        LOG.info("{}: builds {}", context.runId(), scope);
        RunFacts facts =
                new RunFacts(job, context.runId()).trace(context.facts().trace());
        RunContext own = new RunContext(context.spark(), context.clock(), context.runId(), false, facts);
        return runs.of(own, request.within(scope)).run();
    }

    private void report(DateScope scope, CuratedRun done) {
        context.facts()
                .say(String.format("%-12s %s", done.outcome().name().toLowerCase(Locale.ROOT), scope)
                        + done.seal()
                                .map(seal -> ", " + seal.dates().size() + " dates, "
                                        + seal.counts().kept() + " rows, version " + seal.version())
                                .orElse(""));
    }

    private void sum(List<Seal> seals) {
        if (seals.isEmpty()) {
            return;
        }
        SortedSet<String> dates = new TreeSet<>();
        seals.forEach(seal -> dates.addAll(seal.dates()));
        Seal newest =
                seals.stream().max(Comparator.comparingLong(Seal::version)).orElseThrow();
        context.facts()
                .dates(List.copyOf(dates))
                .versionBefore(seals.get(0).versionBefore())
                .versionAfter(newest.version())
                .digest(newest.digest().hex())
                .counts(seals.stream().map(Seal::counts).reduce(Counts.ZERO, Counts::plus));
    }
}
