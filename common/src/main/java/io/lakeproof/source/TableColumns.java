package io.lakeproof.source;

import io.lakeproof.config.DedupConfig;
import io.lakeproof.config.Nearest;
import io.lakeproof.config.OrderColumn;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.digest.RowEncoding;
import java.util.List;
import org.apache.spark.sql.types.ArrayType;
import org.apache.spark.sql.types.DataType;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.MapType;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/** Whether the settings of a pipeline fit the columns that its source gives. */
record TableColumns(PipelineConfig pipeline) {
    /**
     * Fails unless the columns hold the key and the order, the event time is a timestamp, and all of them have a digest.
     *
     * @param validated the columns of the table and those of {@link RawColumns}
     * @throws io.lakeproof.error.Failure.Configuration naming the setting
     */
    void require(StructType validated) {
        StructType table = Validation.tableSchema(validated);
        List<String> names = List.of(table.fieldNames());
        DedupConfig dedup = pipeline.dedup();
        for (String key : dedup.key()) {
            requireColumn("dedup.key", key, names, table);
        }
        for (OrderColumn order : dedup.order()) {
            requireColumn("dedup.order", order.column(), names, table);
        }
        StructField time = table.apply(dedup.eventTime());
        if (!time.dataType().equals(DataTypes.TimestampType)) {
            throw pipeline.problem(
                    "dedup.event-time",
                    "= " + time.name() + ": the column is a " + time.dataType().catalogString() + ", not a timestamp",
                    "Make it a timestamp in source.schema or with an expression in source.columns.");
        }
        try {
            new RowEncoding(table);
        } catch (IllegalArgumentException e) {
            throw pipeline.problem(
                    pipeline.source().columns().isEmpty() ? "source.schema" : "source.columns",
                    "cannot be stored: " + e.getMessage(),
                    "Cast the column to a type with a digest (docs/digest.md), for example to STRING.");
        }
    }

    private void requireColumn(String setting, String name, List<String> names, StructType table) {
        if (!names.contains(name)) {
            throw pipeline.problem(
                    setting,
                    "= " + name + ": there is no such column",
                    Nearest.to(name, names)
                                    .map(near -> "Did you mean " + near + "? ")
                                    .orElse("") + "The columns are " + String.join(", ", names) + ".");
        }
        DataType type = table.apply(name).dataType();
        if (type instanceof ArrayType || type instanceof MapType || type instanceof StructType) {
            throw pipeline.problem(
                    setting,
                    "= " + name + ": a " + type.catalogString() + " has no order",
                    "Name a column of a plain type, or derive one in source.columns, for example with to_json.");
        }
    }

    /** The name of a field that becomes a column, unless it is one that Lakeproof makes itself. */
    String requireUnused(String name) {
        if (name.equalsIgnoreCase(Validation.EVENT_DATE)) {
            throw pipeline.problem(
                    pipeline.source().format().isText() ? "source.schema" : "source.path",
                    "has a column " + name + ", which Lakeproof makes itself",
                    "Name the columns to take in source.columns, without " + name + " or with another name for it.");
        }
        return name;
    }
}
