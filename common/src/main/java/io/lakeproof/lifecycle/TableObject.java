package io.lakeproof.lifecycle;

import java.time.LocalDate;
import java.util.Optional;

/**
 * An object that the retained log of a table refers to.
 *
 * @param key in the table's bucket
 * @param date the event date of its partition; empty if the table has none, or null
 * @param model the model version of its partition; empty for a table without models
 * @param live true if the newest version needs it
 * @param pinned true if a pinned version needs it
 * @param lineage the first 16 hexadecimal digits of the seal of the version that added it; empty if the log no longer tells
 */
public record TableObject(
        String key,
        Optional<LocalDate> date,
        Optional<String> model,
        boolean live,
        boolean pinned,
        Optional<String> lineage) {

    /**
     * The same object as a later version needs it. What added it does not change. A file of deletions can serve files of
     * several dates: the youngest holds.
     */
    public TableObject and(TableObject other) {
        Optional<LocalDate> youngest = date.isEmpty() || other.date.isEmpty()
                ? Optional.empty()
                : Optional.of(date.get().isAfter(other.date.get()) ? date.get() : other.date.get());
        return new TableObject(
                key,
                youngest,
                model.equals(other.model) ? model : Optional.empty(),
                live || other.live,
                pinned || other.pinned,
                lineage);
    }
}
