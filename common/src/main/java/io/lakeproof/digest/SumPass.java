package io.lakeproof.digest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.spark.api.java.function.MapPartitionsFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/** Sums what {@link RowPass} gives, for each partition that a task meets. */
final class SumPass implements MapPartitionsFunction<byte[], Row> {
    /** The path of a partition, how many rows, and their sum. */
    static final StructType PARTIAL = new StructType()
            .add("path", DataTypes.StringType, false)
            .add("count", DataTypes.LongType, false)
            .add("sum", DataTypes.BinaryType, false);

    @Override
    public Iterator<Row> call(Iterator<byte[]> digests) {
        Map<ByteBuffer, MultisetDigest.Accumulator> sums = new HashMap<>();
        byte[] last = {};
        MultisetDigest.Accumulator sum = null;
        while (digests.hasNext()) {
            byte[] digest = digests.next();
            if (sum == null || !isPartition(digest, last)) {
                sum = sums.computeIfAbsent(path(digest), path -> new MultisetDigest.Accumulator());
            }
            sum.addRow(digest);
            last = digest;
        }
        List<Row> partials = new ArrayList<>();
        sums.forEach((path, accumulator) -> {
            MultisetDigest total = accumulator.toDigest();
            partials.add(RowFactory.create(
                    StandardCharsets.UTF_8.decode(path.duplicate()).toString(), total.count(), total.sumBytes()));
        });
        return partials.iterator();
    }

    private static boolean isPartition(byte[] digest, byte[] other) {
        return Arrays.equals(digest, RowEncoding.BYTES, digest.length, other, RowEncoding.BYTES, other.length);
    }

    private static ByteBuffer path(byte[] digest) {
        return ByteBuffer.wrap(digest, RowEncoding.BYTES, digest.length - RowEncoding.BYTES);
    }
}
