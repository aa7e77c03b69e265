package io.lakeproof.delta;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import org.apache.hadoop.fs.Path;

/**
 * What masks rows of a data file (delta-io/delta, PROTOCOL.md, "Deletion Vectors").
 *
 * @param storage {@code u} in a file of the table's folder, {@code p} in a file at an absolute path, {@code i} in the log itself
 * @param location of the file as the log encodes it, or the vector itself if it is in the log
 * @param offset bytes before the vector in its file; 0 if the log does not say one
 * @param length bytes of the vector
 * @param rows that are masked
 */
public record DeletionVector(String storage, String location, long offset, long length, long rows) {
    private static final String Z85 =
            "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

    /** The text of a UUID in the encoding of the log. */
    private static final int UUID_LENGTH = 20;

    /** @throws IllegalArgumentException if it names no file where it has to */
    static DeletionVector of(JsonNode descriptor) {
        DeletionVector vector = new DeletionVector(
                descriptor.path("storageType").asText(),
                descriptor.path("pathOrInlineDv").asText(),
                descriptor.path("offset").asLong(),
                descriptor.path("sizeInBytes").asLong(),
                descriptor.path("cardinality").asLong());
        if (!"upi".contains(vector.storage) || vector.storage.length() != 1 || vector.location.isBlank()) {
            throw new IllegalArgumentException(
                    "a deletion vector in \"" + vector.storage + "\", at \"" + vector.location + "\"");
        }
        vector.at("/");
        return vector;
    }

    /** Tells it from every other vector of the same data file. */
    String id() {
        return storage + location + "@" + offset;
    }

    /** The file that holds it, relative to the table or absolute; empty if the log itself does. */
    public Optional<String> path() {
        return switch (storage) {
            case "u" -> Optional.of(relativePath());
            case "p" -> Optional.of(location);
            default -> Optional.empty();
        };
    }

    /** Where that file is. */
    public Optional<Path> at(String table) {
        return path().map(path -> DataFile.at(table, path));
    }

    private String relativePath() {
        int prefix = location.length() - UUID_LENGTH;
        if (prefix < 0) {
            throw new IllegalArgumentException("\"" + location + "\" names no deletion vector");
        }
        ByteBuffer bytes = ByteBuffer.wrap(decode(location.substring(prefix)));
        UUID uuid = new UUID(bytes.getLong(), bytes.getLong());
        String folder = prefix == 0 ? "" : location.substring(0, prefix) + "/";
        return String.format(Locale.ROOT, "%sdeletion_vector_%s.bin", folder, uuid);
    }

    /** ZeroMQ RFC 32: five digits of base 85 for four bytes. */
    private static byte[] decode(String text) {
        ByteBuffer bytes = ByteBuffer.allocate(text.length() / 5 * 4);
        byte[] digits = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int i = 0; i + 5 <= digits.length; i += 5) {
            long word = 0;
            for (int j = i; j < i + 5; j++) {
                int digit = Z85.indexOf(digits[j]);
                if (digit < 0) {
                    throw new IllegalArgumentException("\"" + text + "\" names no deletion vector");
                }
                word = word * 85 + digit;
            }
            bytes.putInt((int) word);
        }
        return bytes.array();
    }
}
