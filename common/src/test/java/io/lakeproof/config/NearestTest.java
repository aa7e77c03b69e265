package io.lakeproof.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {
    private static final List<String> KNOWN =
            List.of("columns", "format", "options", "path", "schema", "key", "max-quarantined", "a");

    @ParameterizedTest
    @CsvSource({
        "colums, columns",
        "COLUMNS, columns",
        "columsn, columns",
        "paht, ", // two changes of four letters
        "pth, path",
        "keys, key",
        "k, a", // one change is always allowed
        "max_quarantined, max-quarantined",
        "quarantined, max-quarantined",
        "quarantine, max-quarantined",
        "lateness, ",
        "'', a",
    })
    void findsTheNameThatWasMeant(String name, String meant) {
        assertThat(Nearest.to(name, KNOWN)).isEqualTo(Optional.ofNullable(meant));
    }

    @Test
    void takesTheFirstByNameOfTwoThatAreAsNear() {
        assertThat(Nearest.to("rat", List.of("cat", "bat"))).contains("bat");
        assertThat(Nearest.to("rat", List.of("bat", "cat"))).contains("bat");
    }

    @Test
    void findsNothingAmongNothing() {
        assertThat(Nearest.to("path", List.of())).isEmpty();
    }
}
