package io.lakeproof.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lakeproof.error.Failure;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FeaturesConfigTest {
    private static final String PIPELINE = """
            pipeline { name = user-events, zone = Europe/Berlin }
            source { path = raw, format = json, schema = "user_id STRING, event_time TIMESTAMP, value DOUBLE, page STRING" }
            dedup { key = [user_id, event_time], target = "clean/events" }
            ledger { path = "_lakeproof/ledger" }
            """;

    private static final String AGGREGATES =
            "count, distinct, first, lag, last, max, mean, min, stddev_pop, stddev_samp, sum, time-since-last, var_pop, var_samp";

    private static final String ONE = "define { n { count = \"*\", rows = 3 } }";

    @Test
    void readsEverySetting() {
        FeaturesConfig features = load("""
                features {
                  entity = [user_id, shop]
                  time = seen
                  version = v2.1
                  source = "other/clean/"
                  target = "curated/features/"
                  retention = P30D
                  columns = [page]
                  define {
                    mean_5 { mean = value, rows = 5, min-rows = 5, include-current = true }
                    sum_7d { sum = "value * 2", range = P7D, ties = include, where = "page <> '/'" }
                    n_1h   { count = "*", range = PT1H }
                    before { lag = value, rows = 2, ties = exclude }
                    since  { time-since-last = "*", range = P1W, ties = ordered }
                  }
                }
                """);

        assertThat(features)
                .isEqualTo(new FeaturesConfig(
                        ZoneId.of("Europe/Berlin"),
                        List.of(),
                        List.of("user_id", "shop"),
                        "seen",
                        "v2.1",
                        "other/clean",
                        "curated/features",
                        30,
                        List.of("page"),
                        List.of(
                                new FeatureSpec(
                                        "mean_5",
                                        Aggregate.MEAN,
                                        "value",
                                        new Window.Rows(5),
                                        true,
                                        Ties.ORDERED,
                                        5,
                                        Optional.empty()),
                                new FeatureSpec(
                                        "sum_7d",
                                        Aggregate.SUM,
                                        "value * 2",
                                        new Window.Days(7),
                                        false,
                                        Ties.INCLUDE,
                                        1,
                                        Optional.of("page <> '/'")),
                                new FeatureSpec(
                                        "n_1h",
                                        Aggregate.COUNT,
                                        "*",
                                        new Window.Elapsed(3_600_000_000L),
                                        false,
                                        Ties.EXCLUDE,
                                        0,
                                        Optional.empty()),
                                new FeatureSpec(
                                        "before",
                                        Aggregate.LAG,
                                        "value",
                                        new Window.Rows(2),
                                        false,
                                        Ties.EXCLUDE,
                                        1,
                                        Optional.empty()),
                                new FeatureSpec(
                                        "since",
                                        Aggregate.TIME_SINCE_LAST,
                                        "*",
                                        new Window.Days(7),
                                        false,
                                        Ties.ORDERED,
                                        1,
                                        Optional.empty()))));
        assertThat(features.carried()).containsExactly("user_id", "shop", "seen", "page");
        assertThat(features.hasUniqueTimes()).isFalse();
    }

    @Test
    void readsTheCleanTableByItsKeyAndTimeUnlessToldOtherwise() {
        FeaturesConfig features = load("features { entity = user_id, version = v1, target = t, " + ONE + " }");

        assertThat(List.of(features.source(), features.time(), features.retentionDays(), features.key()))
                .containsExactly("clean/events", "event_time", 365, List.of("user_id", "event_time"));
        assertThat(features.carried()).containsExactly("user_id", "event_time");
        assertThat(features.hasUniqueTimes()).isTrue();
        assertThat(load(
                                "features { entity = user_id, version = v1, target = t, " + ONE + " }",
                                "dedup.key=[user_id,event_time,page]")
                        .hasUniqueTimes())
                .isFalse();
        assertThat(ConfigLoader.load("events.conf", PIPELINE, List.of()).features())
                .isEmpty();
    }

    @Test
    void reportsEveryProblemAtOnceWithItsLineAndTheFix() {
        Failure.Configuration failure = refused("""
                features {
                  entity = [user_id, user_id, event_time]
                  version = "v 2"
                  target = "clean/events"
                  columns = [day]
                  retention = P1M
                  colums = [page]
                  define {
                    A { meen = value, rows = 5 }
                    b { avg = value, rows = 5 }
                    c { mean = value, rows = 5, range = P7D }
                    d { mean = value }
                    e { mean = value, rows = 5, min-rows = 6 }
                    f { lag = value, range = P7D, min-rows = 2, include-current = true }
                    g { sum = "*", rows = 1 }
                    year { rows = 5 }
                    h { sum = "reflect(a)", rows = 0, where = "now() > event_time" }
                    i { sum = value, count = "*", range = P1M, ties = some, include-current = yes }
                    j { sum = value, rows = 3, ties = include }
                    user_id = 7
                  }
                }
                """);

        assertThat(failure).hasMessage("""
                28 problems in the configuration:
                  events.conf: 6: features.entity = [user_id, user_id, event_time] names "user_id" twice
                  events.conf: 6: features.entity = [user_id, user_id, event_time] holds the time "event_time": an entity of one instant has no past
                  events.conf: 7: features.version = "v 2": a model version has 1 to 64 of A-Z, a-z, 0-9, dot, underscore and hyphen
                  events.conf: 8: features.target = "clean/events" is the path of another table of the pipeline; name its own
                  events.conf: 10: features.retention = "P1M": write whole days, for example P365D
                  events.conf: 9: features.columns = [day]: the features table has a column "day" of its own; give the source's another name in source.columns
                  events.conf: 24: features.define.user_id must be an object { … }
                  events.conf: 13: features.define.A is a column of the output: begin with a lower-case letter; up to 63 of a-z, 0-9 and _ may follow
                  events.conf: 13: features.define.A.meen is not an aggregate or an option; did you mean mean? aggregates: AGGS; options: include-current, min-rows, range, rows, ties, where
                  events.conf: 14: features.define.b.avg is not an aggregate or an option; did you mean mean? aggregates: AGGS; options: include-current, min-rows, range, rows, ties, where
                  events.conf: 15: features.define.c has both rows and range: a window is either a number of rows or a length of time
                  events.conf: 16: features.define.d has no window: write rows = 5 for the last rows, or range = P7D or PT1H for a length of time
                  events.conf: 17: features.define.e.min-rows = 6 is more than rows = 5: the feature would always be null; lower it
                  events.conf: 18: features.define.f.range does not apply to lag: write rows = 1 for the row before, 2 for the one before it
                  events.conf: 18: features.define.f.include-current does not apply to lag, which looks at other rows; delete it
                  events.conf: 18: features.define.f.min-rows does not apply to lag, which is the matter of one row; delete it
                  events.conf: 19: features.define.g.sum = "*": sum needs a column or an SQL expression
                  events.conf: 20: features.define.year is the name of another column of the output; choose another
                  events.conf: 20: features.define.year names no aggregate: write for example mean = value; known are AGGS
                  events.conf: 21: features.define.h.sum = "reflect(a)": "reflect" is refused, since it runs Java methods; an expression here is a function of one row (a column of that name: write it in backquotes)
                  events.conf: 21: features.define.h.rows = "0": write a number of rows, 1 to 2147483647
                  events.conf: 21: features.define.h.where = "now() > event_time": "now" is refused, since it depends on when, where or how often it runs; an expression here is a function of one row (a column of that name: write it in backquotes)
                  events.conf: 22: features.define.i has 2 aggregates, count and sum: one column is one feature; define another for the other
                  events.conf: 22: features.define.i.range = "P1M": write whole days, P1D to P366000D; months and years have no fixed number of days, so a later row's window could begin earlier
                  events.conf: 22: features.define.i.include-current = "yes": true or false
                  events.conf: 22: features.define.i.ties = "some": one of exclude, include, ordered
                  events.conf: 23: features.define.j.ties = "include" does not apply to rows: which rows are the last ones is a question of order; write ordered or exclude
                  events.conf: 11: features.colums is not a setting; did you mean columns? known here: columns, define, entity, retention, source, target, time, version""".replace("AGGS", AGGREGATES));
    }

    /** What the definitions digest does not depend on, and what the digest of the job then does. */
    @Test
    void aModelVersionIsBoundToItsDefinitionsAlone() {
        String text = "features { entity = user_id, version = v1, target = t, define { a { sum = value, rows = 3 }, b {"
                + " mean = value, range = P1D } } }";
        FeaturesConfig features = load(text);

        for (String other :
                List.of("features.target=u", "features.retention=P9D", "features.source=s", "features.version=v2")) {
            assertThat(load(text, other).definitionsDigest()).as(other).isEqualTo(features.definitionsDigest());
        }
        assertThat(load(text, "features.columns=page").definitionsDigest()).isEqualTo(features.definitionsDigest());
        assertThat(load(text, "features.columns=page").featuresDigest()).isNotEqualTo(features.featuresDigest());
        assertThat(load(text, "features.version=v2").featuresDigest()).isNotEqualTo(features.featuresDigest());
        assertThat(load(text, "features.target=u").featuresDigest()).isEqualTo(features.featuresDigest());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pipeline.zone=UTC",
                "features.entity=page",
                "features.time=seen",
                "features.define.a.sum=value+1",
                "features.define.a.rows=4",
                "features.define.a.include-current=true",
                "features.define.a.ties=exclude",
                "features.define.a.min-rows=2",
                "features.define.a.where=value > 1",
                "features.define.b.range=PT24H",
                "features.define.c={last = value, rows = 1}",
            })
    void otherDefinitionsHaveAnotherDigest(String set) {
        String text = "features { entity = user_id, version = v1, target = t, define { a { sum = value, rows = 3 }, b {"
                + " mean = value, range = P1D } } }";

        assertThat(load(text, set).definitionsDigest()).isNotEqualTo(load(text).definitionsDigest());
    }

    private static FeaturesConfig load(String features, String... sets) {
        return ConfigLoader.load("events.conf", PIPELINE + features, List.of(sets))
                .features()
                .orElseThrow();
    }

    private static Failure.Configuration refused(String features, String... sets) {
        return catchThrowableOfType(
                Failure.Configuration.class,
                () -> ConfigLoader.load("events.conf", PIPELINE + features, List.of(sets)));
    }
}
