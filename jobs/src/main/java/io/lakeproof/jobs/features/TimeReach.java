package io.lakeproof.jobs.features;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/** How far back, in event dates, windows of time reach. */
final class TimeReach {
    /** Dates before it do not sort as texts, and no table has them. */
    private static final LocalDate FIRST = LocalDate.of(1, 1, 1);

    private final Reach reach;
    private final ZoneId zone;

    TimeReach(Reach reach, ZoneId zone) {
        this.reach = reach;
        this.zone = zone;
    }

    /** The first date whose rows a window of a row of {@code date} can hold. */
    String back(String date) {
        long micros = LocalDate.parse(date).atStartOfDay(zone).toEpochSecond() * 1_000_000;
        LocalDate first = Instant.EPOCH
                .plus(reach.back(micros), ChronoUnit.MICROS)
                .atZone(zone)
                .toLocalDate();
        return (first.isBefore(FIRST) ? FIRST : first).toString();
    }

    /** Those of a table's dates that the rows of some dates can depend on, these dates included. */
    SortedSet<String> back(Collection<String> dates, SortedSet<String> all) {
        SortedSet<String> reached = new TreeSet<>();
        for (String date : dates) {
            reached.addAll(all.subSet(back(date), date + "\0"));
        }
        return reached;
    }
}
