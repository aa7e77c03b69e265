package io.lakeproof.model;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 (FIPS 180-4) over fields that are each length-prefixed, so that no two sequences of fields collide. */
public final class Sha256 {
    private final MessageDigest digest = newDigest();

    /** A JDK has SHA-256 by specification. */
    public static MessageDigest newDigest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Adds the UTF-8 bytes as they are, without a length: for a constant at the start. */
    public Sha256 raw(String constant) {
        return bytes(constant.getBytes(StandardCharsets.UTF_8));
    }

    public Sha256 bytes(byte[] bytes) {
        digest.update(bytes);
        return this;
    }

    /** Adds a 4-byte big-endian length and the UTF-8 bytes. */
    public Sha256 text(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.allocate(4).putInt(utf8.length).array());
        return bytes(utf8);
    }

    /** Adds 8 bytes, big-endian. */
    public Sha256 number(long number) {
        return bytes(ByteBuffer.allocate(8).putLong(number).array());
    }

    public byte[] digest() {
        return digest.digest();
    }

    /** 64 lower-case hexadecimal digits. */
    public String hex() {
        return HexFormat.of().formatHex(digest());
    }
}
