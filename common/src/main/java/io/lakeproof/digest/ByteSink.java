package io.lakeproof.digest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.Arrays;

/** A growing buffer of big-endian values, reused from row to row. */
final class ByteSink {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

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
        ensure(Integer.BYTES);
        INT.set(bytes, size, value);
        size += Integer.BYTES;
    }

    void putLong(long value) {
        ensure(Long.BYTES);
        LONG.set(bytes, size, value);
        size += Long.BYTES;
    }

    /** A type tag, then eight bytes. */
    void putTagged(int tag, long value) {
        ensure(1 + Long.BYTES);
        bytes[size] = (byte) tag;
        LONG.set(bytes, size + 1, value);
        size += 1 + Long.BYTES;
    }

    /** A type tag, a 4-byte length, then the bytes. */
    void putTagged(int tag, byte[] source) {
        ensure(Math.addExact(1 + Integer.BYTES, source.length));
        bytes[size] = (byte) tag;
        INT.set(bytes, size + 1, source.length);
        System.arraycopy(source, 0, bytes, size + 1 + Integer.BYTES, source.length);
        size += 1 + Integer.BYTES + source.length;
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

    /** Eight bytes of an array as a number. */
    static long longAt(byte[] source, int at) {
        return (long) LONG.get(source, at);
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
