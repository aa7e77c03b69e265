package io.lakeproof.delta;

import java.util.List;

/**
 * What a table keeps over its versions.
 *
 * @param id that Delta gave the table when it was created
 * @param partitionColumns in the table's order; empty if none partitions it
 */
record TableDetail(String id, List<String> partitionColumns) {
    TableDetail {
        partitionColumns = List.copyOf(partitionColumns);
    }
}
