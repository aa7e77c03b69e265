package io.lakeproof.config;

import java.util.List;
import java.util.Optional;

/**
 * Which rows are the same event, and which of them survives.
 *
 * @param key the columns that identify an event; the event time is one of them, so equal keys share an event date
 * @param eventTime the timestamp column whose date, in the pipeline's zone, is the partition
 * @param order who wins among rows with the same key; ties go to the smallest row digest
 * @param nullKey what becomes of a row whose key has a null
 * @param onConflict what a run makes of rows that share only the key with the survivor; the table does not depend on it
 * @param target path of the clean table
 * @param retentionDays how many days old versions and their files are kept, at least
 * @param lateness which rows come too late or too early
 * @param window which rows of the clean table the windowed table keeps; empty if there is no windowed table
 */
public record DedupConfig(
        List<String> key,
        String eventTime,
        List<OrderColumn> order,
        NullKey nullKey,
        OnConflict onConflict,
        String target,
        int retentionDays,
        LatenessConfig lateness,
        Optional<WindowConfig> window) {
    public DedupConfig {
        key = List.copyOf(key);
        order = List.copyOf(order);
    }

    /** Nothing is late, no event is from the future, and there is no windowed table. */
    public DedupConfig(
            List<String> key,
            String eventTime,
            List<OrderColumn> order,
            NullKey nullKey,
            OnConflict onConflict,
            String target,
            int retentionDays) {
        this(key, eventTime, order, nullKey, onConflict, target, retentionDays, LatenessConfig.NONE, Optional.empty());
    }

    /** The same for other tables, without a windowed one if none is named; a conflict never stops it. */
    DedupConfig at(String clean, Optional<String> windowed) {
        return new DedupConfig(
                key,
                eventTime,
                order,
                nullKey,
                OnConflict.KEEP,
                clean,
                retentionDays,
                lateness,
                windowed.flatMap(path -> window.map(w -> new WindowConfig(w.within(), w.anchor(), path))));
    }
}
