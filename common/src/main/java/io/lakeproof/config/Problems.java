package io.lakeproof.config;

import com.typesafe.config.ConfigOrigin;
import io.lakeproof.error.Failure;
import java.util.ArrayList;
import java.util.List;

/** Every problem of a configuration, so that all are reported at once. */
final class Problems {
    private final List<String> lines = new ArrayList<>();

    void add(ConfigOrigin origin, String problem) {
        lines.add(where(origin) + ": " + problem);
    }

    /** @throws Failure.Configuration listing the problems, if there are any */
    void throwIfAny() {
        if (lines.isEmpty()) {
            return;
        }
        String count = lines.size() == 1 ? "1 problem" : lines.size() + " problems";
        throw new Failure.Configuration(
                count + " in the configuration:\n  " + String.join("\n  ", lines),
                "Mend the lines named; `lakeproof config check --config FILE` checks again without running.");
    }

    /** {@code events.conf: 12}, or what overrides the file: {@code --set dedup.key}. */
    static String where(ConfigOrigin origin) {
        return origin.description();
    }
}
