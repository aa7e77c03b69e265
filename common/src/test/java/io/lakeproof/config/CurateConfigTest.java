package io.lakeproof.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.error.Failure;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CurateConfigTest {
    private static final String PIPELINE = """
            pipeline { name = test }
            source { path = raw, format = json, schema = "user_id STRING, event_time TIMESTAMP" }
            dedup { key = [user_id, event_time], target = clean }
            features { entity = user_id, version = f7, target = features, define { n { count = "*", range = P1D } } }
            ledger { path = ledger }
            """;

    @Test
    void hasADefaultForAllButVersionAndTarget() {
        CurateConfig config = curate("curate { version = v1, target = curated }");

        assertThat(config.source()).isEqualTo("clean");
        assertThat(config.sourceModel()).isEmpty();
        assertThat(config.select()).containsExactly("*");
        assertThat(config.date()).isEqualTo("event_date");
        assertThat(config.targetFileSize()).isEqualTo(128_000_000);
        assertThat(curate("curate { source = features, version = v1, target = curated }")
                        .sourceModel())
                .isEqualTo(Optional.of("f7"));
        assertThatThrownBy(() -> curate("curate { select = [value] }"))
                .hasMessageContaining("curate.version is missing")
                .hasMessageContaining("curate.target is missing");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "(select max(x) from text.`/etc/hostname`)",
                "reflect('java.lang.Runtime', 'getRuntime')",
                "1 from text.`/etc/hostname` -- x",
                "value, (table other)",
                "row_number() over (order by value)",
                "rand()",
                "current_timestamp()",
                "${env:HOME}",
                "first(value)",
                "ANY_VALUE (value)",
                "collect_list(value)",
                "array_sort(collect_list(value))",
                "stddev(value)",
                "max_by(a, b)",
                "string_agg(a, ',')"
            })
    void refusesWhatReadsOtherThingsOrDependsOnTheRun(String item) {
        assertThatThrownBy(() ->
                        curate("curate { version = v1, target = curated, select = [\"\"\"" + item + " as x\"\"\"] }"))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("curate.select = \"" + item + " as x\"")
                .hasMessageContaining("refused");
        if (!item.contains("(value)") && !item.contains("(a, ")) {
            for (String key : List.of("where", "date", "group-by")) {
                assertThatThrownBy(() -> curate("curate { version = v1, target = curated, select = [a], " + key
                                + " = \"\"\"" + item + "\"\"\" }"))
                        .hasMessageContaining("curate." + key);
            }
        }
    }

    @Test
    void takesTheSameAggregatesWhereTheirResultDoesNotDependOnTheOrderOfRows() {
        Stream.of(
                        "sort_array(collect_set(a)) as s",
                        "count(*) as n",
                        "min(a) as m",
                        "'first(x)' as t",
                        "`first` as f",
                        "count(distinct a) as d")
                .forEach(item -> assertThatCode(() -> curate("curate { version = v1, target = curated, group-by = [b],"
                                + " select = [\"\"\"" + item + "\"\"\"] }"))
                        .doesNotThrowAnyException());
        CurateConfig sums = curate("curate { version = v1, target = curated, group-by = [b], select ="
                + " [\"sum(a * (b + 1)) + SUM( distinct c) as s\", \"avg(d) as m\", \"'sum(e)' as t\"] }");

        assertThat(sums.summed()).containsExactly("a * (b + 1)", "c");
        assertThat(sums.averaged()).containsExactly("d");
    }

    @Test
    void namesWhatDoesNotFitTogether() {
        assertThatThrownBy(
                        () -> curate(
                                "curate { version = v1, target = features, source = windowed, source-model = a,"
                                        + " group-by = [a], target-file-size = 1TB, constraints = [ { name = a, expr = \"a > (select 1)\" } ] }"))
                .hasMessageContaining("curate.target = \"features\" is the path of another table")
                .hasMessageContaining("curate.source = windowed: set dedup.within")
                .hasMessageContaining("curate.source-model does nothing for source = windowed")
                .hasMessageContaining("curate.group-by takes all columns, but of a group there is one row")
                .hasMessageContaining("curate.target-file-size = \"1TB\"")
                .hasMessageContaining("curate.constraints[0].expr = \"a > (select 1)\"");
    }

    @Test
    void aVersionIsBoundToTheSelectAndNotToTheShapeOfTheFiles() {
        CurateConfig one = curate("curate { version = v1, target = curated, select = [a, b], where = \"a > 1\" }");
        CurateConfig same = curate("curate { version = v1, target = curated, select = [b, a], where = \"a > 1\","
                + " target-file-size = 1MB, cluster-by = [a], retention = P7D }");
        CurateConfig checked = curate("curate { version = v1, target = curated, select = [a, b], where = \"a > 1\","
                + " constraints = [ { name = c, expr = \"a > 0\" } ] }");
        CurateConfig other = curate("curate { version = v1, target = curated, select = [a, b], where = \"a > 2\" }");

        assertThat(same.curateDigest()).isEqualTo(one.curateDigest());
        assertThat(checked.definitionsDigest()).isEqualTo(one.definitionsDigest());
        assertThat(checked.curateDigest()).isNotEqualTo(one.curateDigest());
        assertThat(other.definitionsDigest()).isNotEqualTo(one.definitionsDigest());
    }

    private static CurateConfig curate(String section) {
        return ConfigLoader.load("test.conf", PIPELINE + section, List.of())
                .curate()
                .orElseThrow();
    }
}
