package io.lakeproof.telemetry;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a {@code lifecycle} command counted, by the names that docs/cli.md lists.
 *
 * @param numbers counts, bytes and US dollars
 */
public record Lifecycled(Map<String, Number> numbers) {
    public static final Lifecycled NOTHING = new Lifecycled(Map.of());

    public Lifecycled {
        numbers = Collections.unmodifiableMap(new LinkedHashMap<>(numbers));
    }

    /** One more number. */
    public Lifecycled with(String name, Number number) {
        Map<String, Number> more = new LinkedHashMap<>(numbers);
        more.put(name, number);
        return new Lifecycled(more);
    }
}
