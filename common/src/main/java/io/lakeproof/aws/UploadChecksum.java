package io.lakeproof.aws;

import io.lakeproof.config.S3Config.Checksum;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.CRC32C;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/**
 * The checksum that goes with the content of a PutObject, in a header (Amazon S3 User Guide, "Checking object integrity"). It is
 * made here: that of the SDK 2.29 for SHA-256 is the checksum of nothing where the connection has no TLS (aws-sdk-java-v2, issue
 * 5498).
 */
final class UploadChecksum {
    private UploadChecksum() {}

    /** Adds it, or else the MD5, which servers check, too, but do not keep. */
    static void add(PutObjectRequest.Builder request, Optional<Checksum> checksum, byte[] content) {
        if (checksum.isEmpty()) {
            request.contentMD5(digest("MD5", content));
            return;
        }
        switch (checksum.get()) {
            case CRC32 -> {
                CRC32 crc = new CRC32();
                crc.update(content);
                request.checksumCRC32(text(crc.getValue()));
            }
            case CRC32C -> {
                CRC32C crc = new CRC32C();
                crc.update(content);
                request.checksumCRC32C(text(crc.getValue()));
            }
            case SHA1 -> request.checksumSHA1(digest("SHA-1", content));
            case SHA256 -> request.checksumSHA256(digest("SHA-256", content));
        }
    }

    private static String text(long crc) {
        return Base64.getEncoder()
                .encodeToString(ByteBuffer.allocate(4).putInt((int) crc).array());
    }

    @SuppressWarnings("InsecureCryptoUsage") // against accidents in transit, as the protocol has it
    private static String digest(String algorithm, byte[] content) {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
