package io.lakeproof.digest;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.StructType;
import org.junit.jupiter.api.Test;

class RowPassTest {
    private static final StructType SCHEMA = StructType.fromDDL("id BIGINT, day STRING");

    private final RowPass pass = new RowPass(SCHEMA, List.of("day"), List.of(1));

    @Test
    void givesTheDigestOfTheRowAndThePathOfItsPartition() {
        Row row = RowFactory.create(7L, utf8("2024-11-05"));

        byte[] digest = pass.call(row);

        assertThat(Arrays.copyOf(digest, RowEncoding.BYTES)).isEqualTo(new RowEncoding(SCHEMA).digest(row));
        assertThat(path(digest)).isEqualTo("day=2024-11-05");
        assertThat(path(pass.call(RowFactory.create(7L, null)))).isEqualTo("day=__HIVE_DEFAULT_PARTITION__");
        assertThat(path(pass.call(RowFactory.create(8L, utf8("2024-11-05"))))).isEqualTo("day=2024-11-05");
    }

    @Test
    void seesThatABufferWasFilledAgain() {
        byte[] buffer = utf8("2024-11-05");
        pass.call(RowFactory.create(7L, buffer));
        buffer[9] = '6';

        assertThat(path(pass.call(RowFactory.create(7L, buffer)))).isEqualTo("day=2024-11-06");

        buffer[9] = '5';
        assertThat(path(pass.call(RowFactory.create(7L, buffer)))).isEqualTo("day=2024-11-05");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String path(byte[] digest) {
        return new String(digest, RowEncoding.BYTES, digest.length - RowEncoding.BYTES, StandardCharsets.UTF_8);
    }
}
