package io.lakeproof.lineage;

import java.util.Collection;
import java.util.NavigableSet;
import java.util.SortedMap;
import java.util.TreeSet;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;

/** A table by event date, of which the dates and their numbers of rows are known without reading it. */
public interface DatedRows {
    /** The dates that have rows, with how many, in order. */
    SortedMap<String, Long> rowsByDate();

    /** The rows of these dates. */
    Dataset<Row> read(Collection<String> dates);

    /** The rows that these dates had in an earlier version. */
    Dataset<Row> read(long version, Collection<String> dates);

    default NavigableSet<String> all() {
        return new TreeSet<>(rowsByDate().keySet());
    }
}
