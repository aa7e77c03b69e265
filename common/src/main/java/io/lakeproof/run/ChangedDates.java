package io.lakeproof.run;

import io.lakeproof.lineage.ModelWrite;
import io.lakeproof.lineage.SealedInput;
import io.lakeproof.lineage.SourceDates;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * The dates whose rows can differ from what is stored. A date can if nothing is stored for it; if it was built with other
 * settings, or from another table; if its own source rows changed since, or those of a date that it reaches back to; or if
 * {@link Further} says so.
 */
public final class ChangedDates {
    /** A date's rows can also depend on rows that the number of days between does not tell. */
    public interface Further {
        /** There is no such dependence. */
        Further NONE = new Further() {
            @Override
            public void ask(String date, SealedInput made) {}

            @Override
            public SortedSet<String> answer() {
                return Collections.emptySortedSet();
            }
        };

        /** Asks whether a date can be reached from an earlier one that changed since {@code made}, its input, was read. */
        void ask(String date, SealedInput made);

        /** The dates that asked and can be reached. */
        SortedSet<String> answer();
    }

    private final SourceDates source;
    private final UnaryOperator<String> back;
    private final Further further;
    private final String configDigest;

    /**
     * Of one model version.
     *
     * @param back the first date that the rows of a date depend on
     * @param configDigest of the present settings
     */
    public ChangedDates(SourceDates source, UnaryOperator<String> back, Further further, String configDigest) {
        this.source = source;
        this.back = back;
        this.further = further;
        this.configDigest = configDigest;
    }

    /**
     * Chooses among dates.
     *
     * @param dates that the source or the table has
     * @param writers what wrote each of them last
     */
    public SortedSet<String> of(SortedSet<String> dates, SortedMap<String, ModelWrite> writers) {
        SortedSet<String> changed = new TreeSet<>();
        for (String date : dates) {
            ModelWrite writer = writers.get(date);
            if (writer == null
                    || isStale(writer)
                    || isInReach(date, writer.inputs().get(0).partitions())) {
                changed.add(date);
            } else {
                further.ask(date, writer.inputs().get(0));
            }
        }
        changed.addAll(further.answer());
        return changed;
    }

    private boolean isStale(ModelWrite writer) {
        return !writer.configDigest().equals(configDigest)
                || writer.inputs().size() != 1
                || !source.isTable(writer.inputs().get(0).file());
    }

    /** The date itself, or one that it reaches back to, has other rows than the run saw. */
    private boolean isInReach(String date, SortedMap<String, String> seen) {
        for (String other : source.everKnown(seen.keySet()).subSet(back.apply(date), date + "\0")) {
            if (!source.isAsSeen(other, seen)) {
                return true;
            }
        }
        return false;
    }
}
