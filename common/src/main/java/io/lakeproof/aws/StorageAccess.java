package io.lakeproof.aws;

import io.lakeproof.error.Failure;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Asks each bucket one question before a run begins. Hadoop asks with HEAD, whose answers have no body: they do not tell a
 * wrong key from a missing right, and an endpoint that is down takes it minutes.
 */
public final class StorageAccess {
    private StorageAccess() {}

    /**
     * Lists one object of the first path in each bucket; paths elsewhere than on S3 are left out.
     *
     * @param paths that the run is about
     * @throws Failure.AccessDenied for a wrong or expired key and for no permission
     * @throws Failure.Configuration for a bucket that is not there or is in another region
     * @throws Failure.Conflict if the storage does not answer within the configured time
     */
    public static void require(Collection<String> paths, Configuration hadoop) {
        Set<String> asked = new TreeSet<>();
        for (String path : paths) {
            S3Path.of(path).filter(place -> asked.add(place.bucket())).ifPresent(place -> ask(place, hadoop));
        }
    }

    private static void ask(S3Path place, Configuration hadoop) {
        try (S3Client client = S3Clients.of(hadoop, place.bucket())) {
            client.listObjectsV2(
                    list -> list.bucket(place.bucket()).prefix(place.prefix()).maxKeys(1));
        } catch (SdkException e) {
            throw S3Failures.of(e, place.toString());
        }
    }
}
