package io.lakeproof.digest;

import java.security.MessageDigest;
import java.util.Arrays;

/** A growing buffer of big-endian values, reused from row to row. */
final class ByteSink {
    private byte[] bytes = new byte[256];
    private int size;

    void clear() {
        size = 0;
    }

    int size() {
        return size;
    }

    void put(int oneByte) {
        ensure(1);
        bytes[size++] = (byte) oneByte;
    }

    void putInt(int value) {
        ensure(4);
        for (int shift = 24; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    void putLong(long value) {
        ensure(8);
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[size++] = (byte) (value >>> shift);
        }
    }

    void put(byte[] source) {
        ensure(source.length);
        System.arraycopy(source, 0, bytes, size, source.length);
        size += source.length;
    }

    /** A 4-byte length, then the bytes. */
    void putSized(byte[] source) {
        putInt(source.length);
        put(source);
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    void update(MessageDigest digest) {
        digest.update(bytes, 0, size);
    }

    private void ensure(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(size, more)));
        }
    }
}
