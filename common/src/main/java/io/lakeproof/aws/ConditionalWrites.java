package io.lakeproof.aws;

import io.lakeproof.config.S3Config;
import io.lakeproof.config.S3Config.Writers;
import io.lakeproof.error.Failure;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;

/**
 * Objects that are created only if they are absent: PutObject with {@code If-None-Match: *} (docs.aws.amazon.com, Amazon S3 User
 * Guide, "How to prevent object overwrites with conditional writes"). The storage decides between writers; nothing is locked.
 */
public final class ConditionalWrites {
    /** Written in the folder of the first object, to see whether the server holds to the condition. */
    static final String PROBE = ".lakeproof-conditional-write";

    private static final int CONFLICT = 409;
    private static final int EXISTS = 412;

    /** How often a request is sent that met another one for the same object in flight. */
    private static final int ROUNDS = 10;

    /** One for each bucket and way to reach it, for the life of the JVM. */
    private static final Map<Reach, ConditionalWrites> OPEN = new ConcurrentHashMap<>();

    private record Reach(String bucket, S3Config config, Object credentials) {}

    private final S3Client client;
    private final S3Config config;
    private final Set<String> proved = ConcurrentHashMap.newKeySet();

    private ConditionalWrites(S3Client client, S3Config config) {
        this.client = client;
        this.config = config;
    }

    /** Reaches a bucket by the settings of S3A. */
    public static ConditionalWrites to(Configuration hadoop, String bucket) {
        S3Config config = S3aSettings.read(hadoop, bucket);
        Reach reach = new Reach(bucket, config, String.valueOf(hadoop.get(S3aSettings.ACCESS_KEY)));
        return OPEN.computeIfAbsent(reach, key -> new ConditionalWrites(S3Clients.of(hadoop, bucket), config));
    }

    /** True if writers are told apart by the storage, and not by somebody else. */
    public boolean isAsked() {
        return config.writers() == Writers.CONDITIONAL;
    }

    /**
     * Creates an object.
     *
     * @return false if there is one already with other content
     * @throws Failure if the storage refuses or cannot be reached, when the object may have been created all the same
     */
    public boolean create(S3Path path, byte[] content) {
        require(path);
        return put(path, content);
    }

    private boolean put(S3Path path, byte[] content) {
        for (int round = 1; ; round++) {
            try {
                client.putObject(request(path, content), RequestBody.fromBytes(content));
                return true;
            } catch (S3Exception e) {
                if (e.statusCode() == EXISTS) {
                    // Perhaps by this call: a request whose answer is lost is sent again.
                    return isSame(path, content);
                }
                if (e.statusCode() != CONFLICT || round == ROUNDS) {
                    throw S3Failures.of(e, path.toString());
                }
                pause(round);
            } catch (SdkException e) {
                throw S3Failures.of(e, path.toString());
            }
        }
    }

    private PutObjectRequest request(S3Path path, byte[] content) {
        PutObjectRequest.Builder request =
                PutObjectRequest.builder().bucket(path.bucket()).key(path.key()).ifNoneMatch("*");
        config.writes()
                .kmsKey()
                .ifPresent(key -> request.serverSideEncryption(ServerSideEncryption.AWS_KMS)
                        .ssekmsKeyId(key));
        UploadChecksum.add(request, config.writes().checksum(), content);
        return request.build();
    }

    private boolean isSame(S3Path path, byte[] content) {
        try {
            return Arrays.equals(
                    client.getObjectAsBytes(get -> get.bucket(path.bucket()).key(path.key()))
                            .asByteArrayUnsafe(),
                    content);
        } catch (SdkException e) {
            throw S3Failures.of(e, path.toString());
        }
    }

    /**
     * Fails if the server does not hold to the condition: some take the header and overwrite all the same.
     *
     * @throws Failure.Configuration saying so
     */
    private void require(S3Path path) {
        if (proved.contains(path.bucket())) {
            return;
        }
        String folder = path.key().substring(0, path.key().lastIndexOf('/') + 1);
        S3Path probe = new S3Path(path.bucket(), folder + PROBE);
        byte[] content = "An object of Lakeproof's, to see that the server creates objects only if they are absent.\n"
                .getBytes(StandardCharsets.UTF_8);
        try {
            client.putObject(request(probe, content), RequestBody.fromBytes(content));
            client.putObject(request(probe, content), RequestBody.fromBytes(content));
        } catch (S3Exception e) {
            if (e.statusCode() == EXISTS) {
                proved.add(path.bucket());
                return;
            }
            if (e.statusCode() != CONFLICT) {
                throw S3Failures.of(e, probe.toString());
            }
            return; // Another driver is probing; the next commit asks again.
        } catch (SdkException e) {
            throw S3Failures.of(e, probe.toString());
        }
        throw new Failure.Configuration(
                "the server of bucket " + path.bucket()
                        + " overwrites an object that it was told to create only if absent: two"
                        + " drivers could lose a commit",
                "Use storage with conditional writes, or, if no other driver ever commits to these tables at the same time, set"
                        + " s3.writers = single.");
    }

    private static void pause(int round) {
        try {
            Thread.sleep(50L << Math.min(round, 6));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
