package io.lakeproof.jobs.lifecycle;

import io.lakeproof.config.LifecycleConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.PriceTable;
import io.lakeproof.error.Failure;
import io.lakeproof.lifecycle.Forecast;
import io.lakeproof.model.Outcome;
import io.lakeproof.telemetry.Lifecycled;
import io.lakeproof.telemetry.RunFacts;
import java.util.List;
import java.util.Locale;
import org.apache.hadoop.conf.Configuration;

/** Says what a table would cost that takes in the same every day, with the tiers of the configuration and without. */
public final class ForecastJob {
    private static final int LINE_EVERY = 30;

    private final RunFacts facts;
    private final LifecycleConfig config;
    private final PriceTable prices;

    /**
     * A job for one run, which needs no Spark.
     *
     * @throws Failure.Configuration if the pipeline has no section {@code lifecycle}
     */
    public ForecastJob(RunFacts facts, PipelineConfig pipeline, Configuration hadoop) {
        this.facts = facts;
        this.config =
                pipeline.lifecycle().orElseThrow(() -> pipeline.problem("lifecycle", "is missing", "Add the section."));
        this.prices =
                config.prices().map(path -> Prices.read(path, pipeline, hadoop)).orElseGet(Prices::builtIn);
    }

    /**
     * Forecasts.
     *
     * @param days from the first day on
     * @param bytesPerDay that are added
     * @param objectBytes the size of each object
     */
    public Outcome run(int days, long bytesPerDay, long objectBytes) {
        long objects = Math.max(1, Math.round((double) bytesPerDay / objectBytes));
        Forecast forecast = new Forecast(config, prices, objects, objectBytes);
        List<Forecast.Day> tiered = forecast.days(days);
        List<Forecast.Day> untiered = forecast.untiered().days(days);
        facts.say(
                "forecast     " + Text.count(objects) + " objects of " + Text.count(objectBytes) + " bytes a day, for "
                        + Text.count(days) + " days; on paper: nothing is read, removed or written again");
        facts.say(String.format(
                Locale.ROOT,
                "%5s %22s %16s %16s %16s %16s",
                "day",
                "bytes",
                "USD a month",
                "without tiers",
                "spent",
                "without tiers"));
        for (int i = 0; i < days; i++) {
            if ((i + 1) % LINE_EVERY == 0 || i + 1 == days) {
                facts.say(row(tiered.get(i), untiered.get(i)));
            }
        }
        Forecast.Spent spent = tiered.get(days - 1).spent();
        facts.say("spent        storage " + Text.usd(spent.storage()) + ", early moves " + Text.usd(spent.early())
                + ", tags " + Text.usd(spent.tags()) + ", requests " + Text.usd(spent.requests()) + ", moves "
                + Text.usd(spent.transitions()));
        facts.say(Text.prices(prices));
        facts.lifecycled(Lifecycled.NOTHING
                .with("days", days)
                .with("bytes", tiered.get(days - 1).stock().bytes())
                .with("usdSpent", spent.total())
                .with("usdSpentUntiered", untiered.get(days - 1).spent().total())
                .with("usdMonthly", tiered.get(days - 1).stock().monthlyCost(prices))
                .with("usdMonthlyUntiered", untiered.get(days - 1).stock().monthlyCost(prices)));
        return Outcome.DONE;
    }

    private String row(Forecast.Day tiered, Forecast.Day untiered) {
        return String.format(
                Locale.ROOT,
                "%5d %,22d %16s %16s %16s %16s",
                tiered.number(),
                tiered.stock().bytes(),
                Text.usd(tiered.stock().monthlyCost(prices)),
                Text.usd(untiered.stock().monthlyCost(prices)),
                Text.usd(tiered.spent().total()),
                Text.usd(untiered.spent().total()));
    }
}
