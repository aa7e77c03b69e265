package io.lakeproof.jobs.verify;

import io.lakeproof.model.Outcome;
import io.lakeproof.run.RunContext;
import io.lakeproof.telemetry.RunFacts;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/** How a run of the job on a fixture ended, on 9 November 2024. */
record VerifyRun(Outcome outcome, List<String> summary) {
    private static final Instant NOW = Instant.parse("2024-11-09T00:00:00Z");

    static VerifyRun of(SealedFixture fixture, VerifyRequest request) {
        return of(fixture, fixture.table(), request);
    }

    static VerifyRun of(SealedFixture fixture, Path table, VerifyRequest request) {
        RunFacts facts = new RunFacts("verify", "test");
        RunContext context = new RunContext(fixture.spark(), Clock.fixed(NOW, ZoneOffset.UTC), "test", false, facts);
        Outcome outcome =
                new VerifyJob(context, table.toString(), fixture.ledger().toString()).run(request);
        return new VerifyRun(outcome, facts.summary());
    }

    static VerifyRequest content(long version) {
        return VerifyRequest.content(Optional.of(version));
    }

    static VerifyRequest all(Level level) {
        return new VerifyRequest(Optional.of(VersionChoice.ALL), level, Optional.empty(), Optional.empty());
    }
}
