package io.lakeproof.source;

import io.lakeproof.source.MalformedRecord.Reason;
import org.apache.spark.sql.types.DataType;

/**
 * Where a value stands in the record and what it has to be, for messages.
 *
 * @param path dotted, {@code []} for the elements of an array and {@code {}} for the values of a map
 */
record RecordField(String path, DataType type) {

    RecordField child(String name, DataType childType) {
        return new RecordField(path.isEmpty() ? name : path + '.' + name, childType);
    }

    RecordField element(DataType elementType) {
        return new RecordField(path + "[]", elementType);
    }

    RecordField mapValue(DataType valueType) {
        return new RecordField(path + "{}", valueType);
    }

    /**
     * The refusal of a value of this field.
     *
     * @param found the value as it is shown, see {@link Excerpt}
     */
    MalformedRecord refuse(Reason reason, String found) {
        return new MalformedRecord(reason, path + ": expected " + Excerpt.shorten(type.sql()) + ", found " + found);
    }

    MalformedRecord refuse(Reason reason, String found, String why) {
        return refuse(reason, found + ": " + why);
    }

    IllegalArgumentException unsupported(String why) {
        return new IllegalArgumentException("column " + path + " is " + type.sql() + ": " + why);
    }
}
