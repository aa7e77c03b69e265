package io.lakeproof.delta;

import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.jspecify.annotations.Nullable;

/**
 * One commit to make.
 *
 * @param rows the new rows
 * @param partitionColumns of the table, if this commit creates it
 * @param properties of the table, if this commit creates it
 * @param change what becomes of the rows that are stored
 * @param onVersion the version that the rows were computed from; {@link DeltaStore#NO_VERSION} if there is no table yet
 * @param metadata noted with the commit; unlike that of any other attempt, since the commit is found again by it
 * @param sequence name of a sequence of commits of which only one takes each number; null if this commit may follow any other
 * @param sequenceNumber this commit's number; one that is not above the sequence's last is refused
 * @param newColumns columns of the rows that the table shall get with this commit; null in all rows that it has
 */
public record ScopeWrite(
        Dataset<Row> rows,
        List<String> partitionColumns,
        Map<String, String> properties,
        Change change,
        long onVersion,
        String metadata,
        @Nullable String sequence,
        long sequenceNumber,
        List<String> newColumns) {
    public ScopeWrite {
        partitionColumns = List.copyOf(partitionColumns);
        properties = Map.copyOf(properties);
        newColumns = List.copyOf(newColumns);
    }

    /** A commit of rows that have the table's columns. */
    public ScopeWrite(
            Dataset<Row> rows,
            List<String> partitionColumns,
            Map<String, String> properties,
            Change change,
            long onVersion,
            String metadata,
            @Nullable String sequence,
            long sequenceNumber) {
        this(rows, partitionColumns, properties, change, onVersion, metadata, sequence, sequenceNumber, List.of());
    }
}
