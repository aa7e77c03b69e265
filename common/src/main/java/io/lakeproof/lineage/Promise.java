package io.lakeproof.lineage;

import io.lakeproof.delta.LogReplay;
import io.lakeproof.delta.LoggedVersion;
import io.lakeproof.error.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Which versions a table must still be able to show: all that were the newest one at a moment of the last {@code keepDays}
 * days, the newest, and those with a pin.
 *
 * @param keepDays how many days versions are promised
 * @param oldest the oldest version that is promised without a pin
 * @param newest the newest version
 * @param neededDays how long Delta must keep the log and the files of what is promised now
 * @param wantedDays how long it should: with room for the time until the next look
 */
public record Promise(long keepDays, long oldest, long newest, List<Pin> pins, long neededDays, long wantedDays) {
    private static final int ROOM = 30;

    /** A pin grows older whether or not anybody runs {@code retain}. */
    private static final int ROOM_FOR_PINS = 365;

    public Promise {
        pins = List.copyOf(pins);
    }

    /**
     * Works out what is promised.
     *
     * @throws Failure.Integrity if the log no longer has a version with a pin
     */
    public static Promise of(LogReplay log, List<Pin> pins, long keepDays, Instant now) {
        NavigableSet<Long> versions = log.versions();
        pins.forEach(pin -> requireLogged(pin, versions));
        if (versions.isEmpty()) {
            throw new Failure.Integrity(
                    "the log of the table does not reach back to a checkpoint or to version 0; nothing was deleted",
                    "Restore the missing files of _delta_log from a backup.");
        }
        long newest = versions.last();
        long oldest = oldest(log.commitTimes(), versions, now.minus(Duration.ofDays(keepDays)));
        long promised = days(log.oldestFileOf(oldest), now);
        long pinned = pins.stream()
                .mapToLong(pin -> days(log.oldestFileOf(pin.version()), now))
                .max()
                .orElse(-ROOM_FOR_PINS);
        return new Promise(
                keepDays,
                oldest,
                newest,
                pins,
                Math.max(Math.max(keepDays, promised), pinned + ROOM),
                Math.max(promised > keepDays ? promised + ROOM : keepDays, pinned + ROOM_FOR_PINS));
    }

    private static void requireLogged(Pin pin, Set<Long> versions) {
        if (!versions.contains(pin.version())) {
            throw new Failure.Integrity(
                    "the log of " + pin.tablePath() + " no longer has version " + pin.version() + ", which the pin \""
                            + pin.name() + "\" holds; nothing was deleted",
                    "Restore the missing files of _delta_log from a backup, or give the version up: `lakeproof unpin "
                            + pin.name() + "`.");
        }
    }

    /** The first version that another one followed only after the cut. */
    private static long oldest(Map<Long, Long> times, NavigableSet<Long> versions, Instant cut) {
        for (long version : versions) {
            Long followed = times.get(version + 1);
            if (followed == null || followed > cut.toEpochMilli()) {
                return version;
            }
        }
        return versions.last();
    }

    private static long days(long since, Instant now) {
        return Duration.between(Instant.ofEpochMilli(since), now).toDays() + 1;
    }

    /**
     * The paths of all files that the versions need.
     *
     * @param files the paths of one version
     */
    public Set<String> needed(LogReplay log, Function<LoggedVersion, Set<String>> files) {
        Set<String> needed = new TreeSet<>();
        log.each(oldest, newest, version -> needed.addAll(files.apply(version)));
        pins.stream()
                .map(Pin::version)
                .filter(version -> version < oldest)
                .distinct()
                .forEach(version -> needed.addAll(files.apply(log.at(version))));
        return needed;
    }
}
