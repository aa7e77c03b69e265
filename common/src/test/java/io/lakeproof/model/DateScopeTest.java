package io.lakeproof.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class DateScopeTest {
    private static final Optional<LocalDate> THIRD = Optional.of(LocalDate.of(2024, 11, 3));
    private static final Optional<LocalDate> FIFTH = Optional.of(LocalDate.of(2024, 11, 5));
    private static final Optional<LocalDate> NONE = Optional.empty();
    private static final List<String> DAYS =
            List.of("2023-12-31", "2024-11-02", "2024-11-03", "2024-11-04", "2024-11-05", "2024-11-06");

    @ParameterizedTest
    @MethodSource("scopes")
    void containsTheDatesFromItsFirstToItsLast(
            Optional<LocalDate> from, Optional<LocalDate> to, String text, List<String> contained) {
        DateScope scope = new DateScope(from, to);

        assertThat(DAYS.stream().filter(scope::contains)).containsExactlyElementsOf(contained);
        assertThat(DAYS.stream().map(LocalDate::parse).filter(scope::contains).map(LocalDate::toString))
                .containsExactlyElementsOf(contained);
        assertThat(scope).hasToString(text);
        assertThat(scope.isAll()).isEqualTo(text.equals("all dates"));
    }

    static Stream<Arguments> scopes() {
        return Stream.of(
                Arguments.of(NONE, NONE, "all dates", DAYS),
                Arguments.of(THIRD, FIFTH, "2024-11-03..2024-11-05", DAYS.subList(2, 5)),
                Arguments.of(THIRD, THIRD, "2024-11-03..2024-11-03", DAYS.subList(2, 3)),
                Arguments.of(THIRD, NONE, "2024-11-03..", DAYS.subList(2, 6)),
                Arguments.of(NONE, FIFTH, "..2024-11-05", DAYS.subList(0, 5)));
    }

    @Test
    void hasAllDatesWithoutAnEnd() {
        assertThat(DateScope.ALL).isEqualTo(new DateScope(NONE, NONE));
    }

    @Test
    void refusesAnEndBeforeItsBeginning() {
        assertThatThrownBy(() -> new DateScope(FIFTH, THIRD))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("--from 2024-11-05 is after --to 2024-11-03");
    }
}
