package io.lakeproof.jobs.features;

import io.lakeproof.lineage.ModelWrite;
import io.lakeproof.lineage.SealedInput;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The dates whose features can differ from what is stored. A date can if nothing is stored for it; if it was built with other
 * settings, or from another table; if its own rows changed since, or those of a date that its windows of time reach back to;
 * or if a window of rows can hold a changed row ({@link RowReach}).
 */
final class ChangedDates {
    private final SourceDates source;
    private final TimeReach reach;
    private final RowReach rowReach;
    private final String configDigest;

    /**
     * Of one model version.
     *
     * @param configDigest of the present settings
     */
    ChangedDates(SourceDates source, TimeReach reach, RowReach rowReach, String configDigest) {
        this.source = source;
        this.reach = reach;
        this.rowReach = rowReach;
        this.configDigest = configDigest;
    }

    /**
     * Chooses among dates.
     *
     * @param dates that the source or the features table has
     * @param writers what wrote each of them last
     */
    SortedSet<String> of(SortedSet<String> dates, SortedMap<String, ModelWrite> writers) {
        SortedSet<String> changed = new TreeSet<>();
        for (String date : dates) {
            ModelWrite writer = writers.get(date);
            if (writer == null || isStale(writer) || isInReach(date, seen(writer))) {
                changed.add(date);
            } else {
                rowReach.ask(date, writer.inputs().get(0));
            }
        }
        changed.addAll(rowReach.answer());
        return changed;
    }

    private boolean isStale(ModelWrite writer) {
        return !writer.configDigest().equals(configDigest)
                || writer.inputs().size() != 1
                || !source.isTable(writer.inputs().get(0).file());
    }

    /** The date itself, or one that its windows of time reach back to, has other rows than the run saw. */
    private boolean isInReach(String date, SortedMap<String, String> seen) {
        for (String other : source.everKnown(seen.keySet()).subSet(reach.back(date), date + "\0")) {
            if (!source.isAsSeen(other, seen)) {
                return true;
            }
        }
        return false;
    }

    private static SortedMap<String, String> seen(ModelWrite writer) {
        SealedInput input = writer.inputs().get(0);
        return input.partitions();
    }
}
