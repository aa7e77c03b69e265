package io.lakeproof.digest;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/**
 * A second implementation of the content digest, version 1, written from docs/digest.md alone: slow, plain, and sharing no code with the
 * one that the jobs use. It reads the typed JSON notation of that specification.
 */
final class ReferenceDigest {

    private static final BigInteger MODULUS = BigInteger.TWO.pow(256);
    private static final String ESCAPED = "\"#%'*/:=?[\\]^{\u007f";
    private static final DateTimeFormatter SECONDS_AND_FRACTION = new DateTimeFormatterBuilder()
            .appendPattern("uuuu-MM-dd HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 6, true)
            .toFormatter();

    /** One partition of a table: its path, how many rows it has, and the sum of their digests. */
    record Partition(String path, long count, BigInteger sum) {}

    private ReferenceDigest() {}

    static byte[] encode(String type, JsonNode value) {
        return written(out -> write(out, SqlType.parse(type), value));
    }

    /** What the digest of a row is taken over; a row is {"schema":[["name","type"],...],"values":[...]}. */
    static byte[] encodeRow(JsonNode row) {
        TreeMap<byte[], byte[]> byName = new TreeMap<>(Arrays::compareUnsigned);
        for (int i = 0; i < row.get("schema").size(); i++) {
            JsonNode column = row.get("schema").get(i);
            byte[] value = encode(column.get(1).textValue(), row.get("values").get(i));
            if (byName.put(column.get(0).textValue().getBytes(UTF_8), value) != null) {
                throw new IllegalArgumentException("two columns are named " + column.get(0));
            }
        }
        return written(out -> {
            for (byte[] value : byName.values()) {
                out.write(value);
            }
        });
    }

    static byte[] rowDigest(JsonNode row) {
        return sha256(encodeRow(row));
    }

    static BigInteger sum(Iterable<byte[]> rowDigests) {
        BigInteger sum = BigInteger.ZERO;
        for (byte[] digest : rowDigests) {
            sum = sum.add(new BigInteger(1, digest)).mod(MODULUS);
        }
        return sum;
    }

    static String partitionPath(List<String> partitionColumns, JsonNode row) {
        List<String> parts = new ArrayList<>();
        for (String name : partitionColumns) {
            for (int i = 0; i < row.get("schema").size(); i++) {
                JsonNode column = row.get("schema").get(i);
                if (column.get(0).textValue().equals(name)) {
                    JsonNode value = row.get("values").get(i);
                    parts.add(escape(name) + "=" + partitionText(column.get(1).textValue(), value));
                }
            }
        }
        return String.join("/", parts);
    }

    static String partitionDigest(long count, BigInteger sum) {
        return hex(sha256(written(out -> {
            out.write("lakeproof.partition.1".getBytes(UTF_8));
            out.writeLong(count);
            out.write(as32Bytes(sum));
        })));
    }

    /** Digests columns that are each a pair of name and catalogString. */
    static String schemaDigest(List<String[]> nameAndCatalogType) {
        TreeMap<byte[], String> types = new TreeMap<>(Arrays::compareUnsigned);
        for (String[] column : nameAndCatalogType) {
            if (types.put(column[0].getBytes(UTF_8), column[1]) != null) {
                throw new IllegalArgumentException("two columns are named " + column[0]);
            }
        }
        return hex(sha256(written(out -> {
            for (var column : types.entrySet()) {
                writeSized(out, column.getKey());
                writeSized(out, column.getValue().getBytes(UTF_8));
            }
        })));
    }

    static String tableDigest(String schemaDigestHex, List<Partition> partitions) {
        TreeMap<byte[], Partition> byPath = new TreeMap<>(Arrays::compareUnsigned);
        partitions.stream()
                .filter(p -> p.count() > 0)
                .forEach(p -> byPath.put(p.path().getBytes(UTF_8), p));
        return hex(sha256(written(out -> {
            out.write("lakeproof.table.1".getBytes(UTF_8));
            out.write(HexFormat.of().parseHex(schemaDigestHex));
            for (var entry : byPath.entrySet()) {
                writeSized(out, entry.getKey());
                out.writeLong(entry.getValue().count());
                out.write(as32Bytes(entry.getValue().sum()));
            }
        })));
    }

    private static void write(DataOutputStream out, SqlType type, JsonNode value) throws IOException {
        if (value.isNull()) {
            out.writeByte(0x00);
            return;
        }
        switch (type.name()) {
            case "boolean" -> {
                out.writeByte(0x01);
                out.writeByte(value.booleanValue() ? 1 : 0);
            }
            case "tinyint", "smallint", "int", "bigint" -> writeTagged(out, 0x02, value.longValue());
            case "float" -> writeDouble(out, (float) number(value));
            case "double" -> writeDouble(out, number(value));
            case "decimal" -> writeDecimal(out, new BigDecimal(value.textValue()));
            case "string", "char", "varchar" -> writeBytes(out, 0x05, stringBytes(value));
            case "binary" -> writeBytes(out, 0x06, HexFormat.of().parseHex(value.textValue()));
            case "date" -> writeTagged(out, 0x07, value.longValue());
            case "timestamp" -> writeTagged(out, 0x08, value.longValue());
            case "timestamp_ntz" -> writeTagged(out, 0x09, value.longValue());
            case "array" -> writeArray(out, type.children().get(0), value);
            case "map" -> writeMap(out, type, value);
            case "struct" -> writeStruct(out, type, value);
            default -> throw new IllegalArgumentException(type.name() + " has no value but null");
        }
    }

    private static void writeTagged(DataOutputStream out, int tag, long value) throws IOException {
        out.writeByte(tag);
        out.writeLong(value);
    }

    private static void writeBytes(DataOutputStream out, int tag, byte[] bytes) throws IOException {
        out.writeByte(tag);
        writeSized(out, bytes);
    }

    private static void writeSized(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static void writeDouble(DataOutputStream out, double value) throws IOException {
        if (Double.isNaN(value)) {
            writeTagged(out, 0x03, 0x7ff8000000000000L);
        } else if (value == 0) {
            writeTagged(out, 0x03, 0L);
        } else {
            writeTagged(out, 0x03, Double.doubleToRawLongBits(value));
        }
    }

    private static void writeDecimal(DataOutputStream out, BigDecimal value) throws IOException {
        BigDecimal stripped = value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros();
        out.writeByte(0x04);
        out.writeInt(stripped.scale());
        writeSized(out, stripped.unscaledValue().toByteArray());
    }

    private static void writeArray(DataOutputStream out, SqlType elementType, JsonNode array) throws IOException {
        out.writeByte(0x0a);
        out.writeInt(array.size());
        for (JsonNode element : array) {
            write(out, elementType, element);
        }
    }

    private static void writeMap(DataOutputStream out, SqlType type, JsonNode map) throws IOException {
        List<byte[]> entries = new ArrayList<>();
        for (JsonNode entry : map) {
            entries.add(written(bytes -> {
                write(bytes, type.children().get(0), entry.get(0));
                write(bytes, type.children().get(1), entry.get(1));
            }));
        }
        // No encoded key is the beginning of another one, so this sorts by key, and by value where two keys are the
        // same.
        entries.sort(Arrays::compareUnsigned);
        out.writeByte(0x0b);
        out.writeInt(entries.size());
        for (byte[] entry : entries) {
            out.write(entry);
        }
    }

    private static void writeStruct(DataOutputStream out, SqlType type, JsonNode struct) throws IOException {
        TreeMap<byte[], SqlType> fields = new TreeMap<>(Arrays::compareUnsigned);
        for (int i = 0; i < type.children().size(); i++) {
            String name = type.fieldNames().get(i);
            if (fields.put(name.getBytes(UTF_8), type.children().get(i)) != null) {
                throw new IllegalArgumentException("two fields are named " + name);
            }
        }
        out.writeByte(0x0c);
        out.writeInt(fields.size());
        for (var field : fields.entrySet()) {
            writeSized(out, field.getKey());
            write(out, field.getValue(), struct.get(new String(field.getKey(), UTF_8)));
        }
    }

    private static double number(JsonNode value) {
        return value.isTextual() ? Double.parseDouble(value.textValue()) : value.doubleValue();
    }

    private static byte[] stringBytes(JsonNode value) {
        return value.isObject()
                ? HexFormat.of().parseHex(value.get("hex").textValue())
                : value.textValue().getBytes(UTF_8);
    }

    private static String partitionText(String type, JsonNode value) {
        if (value.isNull() || value.asText().isEmpty()) {
            return "__HIVE_DEFAULT_PARTITION__";
        }
        return switch (type) {
            case "boolean", "tinyint", "smallint", "int", "bigint" -> value.asText();
            case "date" -> LocalDate.ofEpochDay(value.longValue()).toString();
            case "timestamp", "timestamp_ntz" -> escape(timestampText(value.longValue()));
            case "string" -> escape(value.textValue());
            default -> throw new IllegalArgumentException("a column of type " + type + " cannot partition");
        };
    }

    private static String timestampText(long micros) {
        int nanos = (int) Math.floorMod(micros, 1_000_000L) * 1_000;
        LocalDateTime utc = LocalDateTime.ofEpochSecond(Math.floorDiv(micros, 1_000_000L), nanos, ZoneOffset.UTC);
        return SECONDS_AND_FRACTION.format(utc);
    }

    private static String escape(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c >= 0x01 && c <= 0x1f) || ESCAPED.indexOf(c) >= 0) {
                escaped.append('%').append(HexFormat.of().withUpperCase().toHexDigits((byte) c));
            } else {
                escaped.append(c);
            }
        }
        return escaped.toString();
    }

    private static byte[] as32Bytes(BigInteger sum) {
        return HexFormat.of().parseHex("%064x".formatted(sum));
    }

    private static String hex(byte[] bytes) {
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    private static byte[] written(Writing writing) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            writing.to(new DataOutputStream(bytes));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    /** A type as DataType.catalogString prints it; the numbers in parentheses do not matter to the digest and are dropped. */
    private record SqlType(String name, List<String> fieldNames, List<SqlType> children) {

        private static final Set<String> KNOWN =
                Set.of(("void boolean tinyint smallint int bigint float double decimal string char varchar binary date"
                                + " timestamp timestamp_ntz array map struct")
                        .split(" "));

        static SqlType parse(String text) {
            Parser parser = new Parser(text);
            SqlType type = parser.type();
            if (parser.at < text.length()) {
                throw new IllegalArgumentException(text + ": not a type from character " + parser.at + " on");
            }
            return type;
        }

        private static final class Parser {
            private final String text;
            private int at;

            Parser(String text) {
                this.text = text;
            }

            SqlType type() {
                String name = upTo("<>,(").replaceFirst("^string collate .*", "string");
                if (!KNOWN.contains(name)) {
                    throw new IllegalArgumentException("version 1 has no encoding for " + name);
                }
                List<String> fieldNames = new ArrayList<>();
                List<SqlType> children = new ArrayList<>();
                if (take('(')) {
                    upTo(")");
                    take(')');
                } else if (take('<') && !take('>')) {
                    do {
                        if (name.equals("struct")) {
                            fieldNames.add(upTo(":"));
                            take(':');
                        }
                        children.add(type());
                    } while (take(','));
                    if (!take('>')) {
                        throw new IllegalArgumentException(text + ": expected > at character " + at);
                    }
                }
                return new SqlType(name, fieldNames, children);
            }

            private boolean take(char c) {
                boolean there = at < text.length() && text.charAt(at) == c;
                at += there ? 1 : 0;
                return there;
            }

            private String upTo(String ends) {
                int start = at;
                while (at < text.length() && ends.indexOf(text.charAt(at)) < 0) {
                    at++;
                }
                return text.substring(start, at);
            }
        }
    }
}
