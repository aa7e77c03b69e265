package io.lakeproof.source;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * Every line of a text file is exactly one record of the schema or a {@link MalformedRecord}; nothing in between.
 *
 * <p>A parser depends on nothing but its line: the same bytes always give the same answer. One instance serves one
 * thread at a time; a Spark task gets a copy of its own when the parser is part of its closure.
 */
public interface RecordParser extends Serializable {

    /**
     * Reads one record, without its line feed; one carriage return at the end of the line and one byte order mark at
     * its start are dropped.
     *
     * @param line UTF-8 bytes
     * @return the values in the order of the schema, in the types that {@code Encoders.row(schema)} accepts under
     *     {@code spark.sql.datetime.java8API.enabled=true}, on Scala 2.12 and on 2.13: {@code Instant},
     *     {@code LocalDateTime} and {@code LocalDate} for times, {@code BigDecimal} with exactly the declared scale,
     *     {@code Row} for a struct, a Scala {@code Seq} for an array and a Scala {@code Map} for a map (the encoder
     *     refuses {@code java.util} collections). A field that the record lacks is null.
     * @throws MalformedRecord if the line is not exactly one record of the schema
     */
    @Nullable
    Object[] parse(byte[] line) throws MalformedRecord;
}
