package io.lakeproof.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class CountsTest {
    @Test
    void adds() {
        Counts counts = new Counts(21, 1, 2, 3, 4, reasons(Map.of("null_key", 5L, "too_late", 6L)));

        assertThat(counts.quarantinedRows()).isEqualTo(11);
        assertThat(counts.conserved()).isTrue();
        assertThat(counts.requireConserved()).isSameAs(counts);
    }

    @Test
    void holdsNothingAtZero() {
        assertThat(Counts.ZERO.requireConserved()).isEqualTo(new Counts(0, 0, 0, 0, 0, new TreeMap<>()));
    }

    @Test
    void saysEveryCountIfARowIsLost() {
        Counts counts = new Counts(22, 1, 2, 3, 4, reasons(Map.of("null_key", 5L, "too_late", 6L)));

        assertThat(counts.conserved()).isFalse();
        assertThatThrownBy(counts::requireConserved)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("rows do not add up: read 22, but kept 1 + replaced 2 + exact duplicates 3"
                        + " + conflict duplicates 4 + quarantined {null_key=5, too_late=6} = 21");
    }

    @Test
    void failsIfARowIsCountedTwice() {
        assertThatThrownBy(new Counts(1, 1, 0, 0, 1, new TreeMap<>())::requireConserved)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageEndingWith(" = 2");
    }

    @Test
    void copiesTheReasons() {
        SortedMap<String, Long> reasons = reasons(Map.of("null_key", 1L));
        Counts counts = new Counts(1, 0, 0, 0, 0, reasons);

        reasons.put("too_late", 1L);

        assertThat(counts.quarantined()).isEqualTo(Map.of("null_key", 1L));
        assertThatThrownBy(() -> counts.quarantined().put("x", 1L)).isInstanceOf(UnsupportedOperationException.class);
    }

    private static SortedMap<String, Long> reasons(Map<String, Long> reasons) {
        return new TreeMap<>(reasons);
    }
}
