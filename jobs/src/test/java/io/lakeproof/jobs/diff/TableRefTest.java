package io.lakeproof.jobs.diff;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;

class TableRefTest {
    @Test
    void anAtCountsOnlyAfterTheLastSlash() {
        assertThat(parse("clean")).isEqualTo(new TableRef("/clean", Optional.empty()));
        assertThat(parse("clean@12")).isEqualTo(new TableRef("/clean", Optional.of("12")));
        assertThat(parse("clean@2024.gold-1")).isEqualTo(new TableRef("/clean", Optional.of("2024.gold-1")));
        assertThat(parse("s3a://me@bucket/t")).isEqualTo(new TableRef("s3a://me@bucket/t", Optional.empty()));
        assertThat(parse("s3a://me@bucket/t@3")).isEqualTo(new TableRef("s3a://me@bucket/t", Optional.of("3")));
        assertThat(parse("/a/t@b@3")).isEqualTo(new TableRef("/a/t@b", Optional.of("3")));
        assertThat(parse("/a/t@")).isEqualTo(new TableRef("/a/t@", Optional.empty()));
    }

    private static TableRef parse(String text) {
        return TableRef.parse(text, name -> name.equals("clean") ? "/clean" : name);
    }
}
