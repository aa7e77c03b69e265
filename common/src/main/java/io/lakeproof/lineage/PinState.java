package io.lakeproof.lineage;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The pins of one table, as the events so far leave them.
 *
 * @param sequence of the last event; 0 before the first
 * @param pins by name
 * @param released names that were pinned once and are not any more
 * @param floor the oldest version that is promised without a pin; files that only older ones need may be gone
 */
public record PinState(long sequence, SortedMap<String, Pin> pins, SortedSet<String> released, long floor) {
    public PinState {
        pins = Collections.unmodifiableSortedMap(new TreeMap<>(pins));
        released = Collections.unmodifiableSortedSet(new TreeSet<>(released));
    }

    /** The pins in the order of their names. */
    public List<Pin> all() {
        return List.copyOf(pins.values());
    }

    public Optional<Pin> named(String name) {
        return Optional.ofNullable(pins.get(name));
    }

    /** True if nothing that the version needs can have been deleted by {@code retain}. */
    public boolean protects(long version) {
        return version >= floor || pins.values().stream().anyMatch(pin -> pin.version() == version);
    }
}
