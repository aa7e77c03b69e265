package io.lakeproof.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OrderColumnTest {
    @ParameterizedTest
    @CsvSource({
        "ingest_time, ingest_time, false",
        "ingest_time asc, ingest_time, false",
        "ingest_time desc, ingest_time, true",
        "'  ingest_time \t DESC ', ingest_time, true",
        "a ASC, a, false",
        "desc, desc, false",
        "desc desc, desc, true",
        "a.b desc, a.b, true",
        "größe desc, größe, true",
    })
    void readsAColumnAndADirection(String text, String column, boolean descending) {
        assertThat(OrderColumn.parse(text)).isEqualTo(new OrderColumn(column, descending));
    }

    @ParameterizedTest
    @CsvSource({"ingest_time, true", "ingest_time, false", "desc, true", "asc, false", "a.b, true"})
    void parsesWhatItPrints(String column, boolean descending) {
        OrderColumn order = new OrderColumn(column, descending);

        assertThat(OrderColumn.parse(order.toString())).isEqualTo(order);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "a b", "a desc b", "a, b", "a descending"})
    void refusesWhatIsNoColumnWithADirection(String text) {
        assertThatThrownBy(() -> OrderColumn.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("write a column and asc or desc, for example \"ingest_time desc\"");
    }
}
