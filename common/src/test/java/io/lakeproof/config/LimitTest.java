package io.lakeproof.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LimitTest {
    @ParameterizedTest
    @CsvSource({
        "1%, 1, true, 1%",
        "0.5%, 0.5, true, 0.5%",
        "1 %, 1, true, 1%",
        "0, 0, false, 0 rows",
        "1000, 1000, false, 1000 rows",
        "1e3, 1E+3, false, 1000 rows"
    })
    void readsSharesAndNumbersOfRows(String text, BigDecimal amount, boolean percent, String printed) {
        Limit limit = Limit.parse(text);

        assertThat(limit).isEqualTo(new Limit(amount, percent)).hasToString(printed);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0%", "1%", "0.5%", "100%", "0 rows", "1 rows", "1000 rows", "12.5 rows"})
    void parsesWhatItPrints(String printed) {
        assertThat(Limit.parse(printed))
                .hasToString(printed)
                .isEqualTo(Limit.parse(Limit.parse(printed).toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "-0.1%", "x", "%", "", " ", "1%%", "1 row", "rows", "NaN", "1,5%"})
    void refusesWhatIsNeitherAShareNorANumber(String text) {
        assertThatThrownBy(() -> Limit.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("write a share of the rows read, for example 1%, or a number of rows");
    }

    @ParameterizedTest
    @CsvSource({
        "1%, 1, 100, false",
        "1%, 2, 100, true",
        "1%, 1, 99, true",
        "0%, 0, 0, false",
        "0%, 1, 9000000000000000000, true",
        "0.000000000000001%, 90, 9000000000000000000, false",
        "0.000000000000001%, 91, 9000000000000000000, true",
        "100%, 5, 5, false",
        "0, 0, 5, false",
        "0, 1, 5, true",
        "10, 10, 10, false",
        "10, 11, 1000, true",
    })
    void isExceededByMoreAndNotByAsMany(String limit, long refused, long read, boolean exceeded) {
        assertThat(Limit.parse(limit).exceededBy(refused, read)).isEqualTo(exceeded);
    }
}
