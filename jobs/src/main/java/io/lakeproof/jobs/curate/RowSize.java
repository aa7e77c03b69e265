package io.lakeproof.jobs.curate;

import io.lakeproof.delta.DataFile;
import io.lakeproof.delta.DeltaStore;
import io.lakeproof.run.CuratedPlan;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.apache.spark.sql.types.StructType;

/**
 * What a row is likely to take in a file: what the table's rows of the model version take; without such rows what the source's
 * take, in proportion to the columns' widths in memory. An estimate, which shapes files and nothing else.
 */
final class RowSize {
    private static final double UNKNOWN = 100;

    private final CuratedPlan plan;
    private final CurateInputs inputs;
    private final DeltaStore target;

    RowSize(CuratedPlan plan, CurateInputs inputs, DeltaStore target) {
        this.plan = plan;
        this.inputs = inputs;
        this.target = target;
    }

    /** Bytes. */
    double bytes() {
        if (plan.state().table().isPresent()) {
            String model = plan.scope().model().name();
            double stored = average(
                    target.files(plan.state().version()),
                    file -> model.equals(file.partition().get("model")));
            if (stored > 0) {
                return stored;
            }
        }
        DeltaStore store = inputs.dates().source().store();
        long version = inputs.dates().source().version();
        Set<String> paths = new TreeSet<>(inputs.dates().paths(plan.scope().dates()));
        double source = average(
                store.files(version),
                file -> paths.contains(file.partitionPath(inputs.dates().partitionColumns())));
        StructType columns = store.read(version).schema();
        return source > 0 ? source * inputs.selection().schema().defaultSize() / columns.defaultSize() : UNKNOWN;
    }

    /** Of the files that tell their rows; 0 if none does. */
    private static double average(Collection<DataFile> files, Predicate<DataFile> which) {
        long bytes = 0;
        long rows = 0;
        for (DataFile file : files) {
            if (which.test(file) && file.records().isPresent()) {
                bytes += file.length();
                rows += file.records().getAsLong();
            }
        }
        return rows == 0 ? 0 : (double) bytes / rows;
    }
}
