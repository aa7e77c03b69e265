package io.lakeproof.config;

import java.util.List;

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
 */
public record DedupConfig(
        List<String> key,
        String eventTime,
        List<OrderColumn> order,
        NullKey nullKey,
        OnConflict onConflict,
        String target,
        int retentionDays) {
    public DedupConfig {
        key = List.copyOf(key);
        order = List.copyOf(order);
    }
}
