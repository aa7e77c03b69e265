package io.lakeproof.digest;

import io.lakeproof.model.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * The canonical bytes and the digest of rows of one schema (docs/digest.md, section "Rows"). Not thread-safe: it reuses its
 * buffers, so each task makes its own.
 */
public final class RowEncoding {
    /** The length of a digest. */
    static final int BYTES = 32;

    private final int[] order;
    private final ValueEncoder[] encoders;
    private final int[] tags;
    private final ByteSink sink = new ByteSink();
    private final MessageDigest sha = Sha256.newDigest();

    /**
     * @param schema of the table; a row given to this encoding has these columns first, in this order
     * @throws IllegalArgumentException naming the column, if a type has no encoding
     */
    public RowEncoding(StructType schema) {
        this.order = byName(schema);
        this.encoders = new ValueEncoder[schema.length()];
        this.tags = new int[schema.length()];
        for (int i = 0; i < encoders.length; i++) {
            StructField field = schema.fields()[i];
            try {
                encoders[i] = ValueEncoder.of(field.dataType());
                tags[i] = ValueEncoder.plainTag(field.dataType());
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("column " + field.name() + ": " + e.getMessage(), e);
            }
        }
    }

    /** 32 bytes: SHA-256 over the encoded values in the byte order of the column names. */
    public byte[] digest(Row row) {
        byte[] digest = new byte[BYTES];
        digest(row, digest);
        return digest;
    }

    /** Writes the digest to the first 32 bytes of an array. */
    void digest(Row row, byte[] into) {
        encode(row);
        sink.update(sha);
        try {
            sha.digest(into, 0, BYTES);
        } catch (DigestException e) {
            throw new IllegalArgumentException("an array of " + into.length + " bytes has no room for a digest", e);
        }
    }

    /** The encoded values of the columns at these positions, in this order: equal bytes for equal values. */
    public byte[] encode(Row row, int[] positions) {
        sink.clear();
        for (int i : positions) {
            encode(i, row.get(i));
        }
        return sink.toByteArray();
    }

    byte[] bytes(Row row) {
        encode(row);
        return sink.toByteArray();
    }

    private void encode(Row row) {
        sink.clear();
        for (int i : order) {
            encode(i, row.get(i));
        }
    }

    /** Most values are bytes or longs that need no more than a tag: these are written without a call through an encoder. */
    private void encode(int column, @Nullable Object value) {
        int tag = tags[column];
        if (tag != ValueEncoder.NOT_PLAIN && value instanceof byte[] bytes) {
            sink.putTagged(tag, bytes);
        } else if (tag != ValueEncoder.NOT_PLAIN && value instanceof Long number) {
            sink.putTagged(tag, number);
        } else {
            encoders[column].encode(value, sink);
        }
    }

    /**
     * The positions of the fields, in the byte order of their UTF-8 names.
     *
     * @throws IllegalArgumentException if two have the same name
     */
    static int[] byName(StructType schema) {
        byte[][] names = Arrays.stream(schema.fieldNames())
                .map(name -> name.getBytes(StandardCharsets.UTF_8))
                .toArray(byte[][]::new);
        int[] order = IntStream.range(0, names.length)
                .boxed()
                .sorted(Comparator.comparing(i -> names[i], Arrays::compareUnsigned))
                .mapToInt(Integer::intValue)
                .toArray();
        for (int i = 1; i < order.length; i++) {
            if (Arrays.equals(names[order[i - 1]], names[order[i]])) {
                throw new IllegalArgumentException("two columns or fields are named " + schema.fieldNames()[order[i]]);
            }
        }
        return order;
    }
}
