package io.lakeproof.source;

import io.lakeproof.source.MalformedRecord.Reason;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The text of one line: strict UTF-8, without a carriage return at its end or a byte order mark at its start. */
final class LineText {

    private static final char REPLACEMENT = '\uFFFD';
    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private LineText() {}

    static String of(byte[] line) throws MalformedRecord {
        int length = line.length > 0 && line[line.length - 1] == '\r' ? line.length - 1 : line.length;
        String text = new String(line, 0, length, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            requireUtf8(line, length); // a vectorised decode for all, a second look only where it may have replaced
        }
        return !text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text;
    }

    private static void requireUtf8(byte[] line, int length) throws MalformedRecord {
        ByteBuffer bytes = ByteBuffer.wrap(line, 0, length);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(bytes);
        } catch (CharacterCodingException e) {
            int at = bytes.position();
            throw new MalformedRecord(
                    Reason.INVALID_UTF8,
                    "the line is not UTF-8: byte 0x%02x at offset %d".formatted(line[at] & 0xff, at));
        }
    }
}
