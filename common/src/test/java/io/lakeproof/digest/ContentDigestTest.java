package io.lakeproof.digest;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.SparkTest;
import java.util.List;
import org.junit.jupiter.api.Test;

class ContentDigestTest extends SparkTest {
    @Test
    void ignoresOrderAndPartitioningAndCountsDuplicates() {
        var rows = compiling().range(1000).selectExpr("id % 300 as a", "cast(id as string) as b", "id % 3 as p");

        var digest = ContentDigest.of(rows, List.of("p"));

        assertThat(digest.keySet()).containsExactly("p=0", "p=1", "p=2");
        assertThat(ContentDigest.of(rows.repartition(7).orderBy("b"), List.of("p")))
                .isEqualTo(digest);
        assertThat(ContentDigest.of(rows.union(rows), List.of("p")).get("p=1"))
                .isEqualTo(digest.get("p=1").plus(digest.get("p=1")));
    }
}
