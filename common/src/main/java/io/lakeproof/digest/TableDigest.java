package io.lakeproof.digest;

import io.lakeproof.model.Sha256;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;

/**
 * The digest of a table's content: its schema, and the rows of each partition (docs/digest.md, section "Tables").
 *
 * @param schemaDigest 64 hexadecimal digits
 * @param partitions by Hive-style path, in the byte order of the paths; those without rows are left out
 */
public record TableDigest(String schemaDigest, SortedMap<String, MultisetDigest> partitions) {
    /** The version of the specification that this code follows. */
    public static final int VERSION = 1;

    private static final Comparator<String> BYTE_ORDER =
            Comparator.comparing(path -> path.getBytes(StandardCharsets.UTF_8), Arrays::compareUnsigned);

    public TableDigest {
        SortedMap<String, MultisetDigest> present = new TreeMap<>(BYTE_ORDER);
        partitions.forEach((path, rows) -> {
            if (rows.count() != 0) {
                present.put(path, rows);
            }
        });
        partitions = Collections.unmodifiableSortedMap(present);
    }

    public static TableDigest of(StructType schema, Map<String, MultisetDigest> partitions) {
        return new TableDigest(schemaDigest(schema), new TreeMap<>(partitions));
    }

    /** 64 hexadecimal digits over names and types; nullability, comments and the order of the columns do not count. */
    public static String schemaDigest(StructType schema) {
        Sha256 sha = new Sha256();
        for (int i : RowEncoding.byName(schema)) {
            StructField field = schema.fields()[i];
            sha.text(field.name()).text(field.dataType().catalogString());
        }
        return sha.hex();
    }

    /** The digest of one partition's rows, 64 hexadecimal digits. */
    public static String partitionDigest(MultisetDigest rows) {
        return new Sha256()
                .raw("lakeproof.partition.1")
                .number(rows.count())
                .bytes(rows.sumBytes())
                .hex();
    }

    public long rows() {
        return partitions.values().stream().mapToLong(MultisetDigest::count).sum();
    }

    /** 64 hexadecimal digits. */
    public String hex() {
        Sha256 sha = new Sha256().raw("lakeproof.table.1").bytes(HexFormat.of().parseHex(schemaDigest));
        partitions.forEach((path, rows) -> sha.text(path).number(rows.count()).bytes(rows.sumBytes()));
        return sha.hex();
    }
}
