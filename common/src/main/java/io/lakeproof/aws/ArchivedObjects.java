package io.lakeproof.aws;

import io.lakeproof.error.Failure;
import io.lakeproof.lifecycle.Archive.Copy;
import io.lakeproof.lifecycle.Archive.State;
import io.lakeproof.model.StorageClass;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.OptionalObjectAttributes;
import software.amazon.awssdk.services.s3.model.RestoreStatus;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * Objects that must be restored before anybody can read them, found by listing their folders, before a run reads the first of
 * them (docs.aws.amazon.com, Amazon S3 User Guide, "Working with archived objects"). What a listing does not show are the
 * archive tiers of S3 Intelligent-Tiering.
 */
public final class ArchivedObjects {
    /** So many folders are listed one by one rather than all that lies below them. */
    private static final int FEW = 200;

    private static final int SHOWN = 20;

    /**
     * One such object.
     *
     * @param storageClass {@code GLACIER} or {@code DEEP_ARCHIVE}
     * @param state not readable
     */
    public record Archived(S3Path path, String storageClass, State state) {
        boolean isOnItsWay() {
            return state == State.RESTORING;
        }

        @Override
        public String toString() {
            return path + " (" + storageClass + (isOnItsWay() ? ", restore in progress" : "") + ")";
        }
    }

    private ArchivedObjects() {}

    /**
     * Fails if some of these files lie in an archive.
     *
     * @param files URIs; those that are not on S3 are left out
     * @throws Failure.Archived with the list, and the call that restores them
     */
    public static void requireReadable(Collection<String> files, Configuration hadoop) {
        List<Archived> archived = among(files, hadoop);
        if (archived.isEmpty()) {
            return;
        }
        boolean waits = archived.stream().allMatch(Archived::isOnItsWay);
        String list =
                archived.stream().limit(SHOWN).map(object -> "\n  " + object).collect(Collectors.joining());
        S3Path first = archived.get(0).path();
        throw new Failure.Archived(
                archived.size() + (archived.size() == 1 ? " object" : " objects")
                        + " that this run needs cannot be read before restored:" + list
                        + (archived.size() > SHOWN ? "\n  and " + (archived.size() - SHOWN) + " more" : ""),
                waits
                        ? "All are on their way: wait until they are there, then run again."
                        : "Run `lakeproof lifecycle restore` for the dates of the run, or for each object `aws s3api"
                                + " restore-object --bucket " + first.bucket() + " --key '" + first.key()
                                + "' --restore-request Days=7`; run again when they are there.");
    }

    /** Those of some files that lie in an archive, in the order of their paths. */
    public static List<Archived> among(Collection<String> files, Configuration hadoop) {
        Map<String, Set<String>> byBucket = new TreeMap<>();
        for (String file : files) {
            S3Path.of(file)
                    .ifPresent(path -> byBucket.computeIfAbsent(path.bucket(), bucket -> new TreeSet<>())
                            .add(path.key()));
        }
        List<Archived> found = new ArrayList<>();
        byBucket.forEach((bucket, keys) -> {
            try (S3Client client = S3Clients.of(hadoop, bucket)) {
                found.addAll(among(client, bucket, keys));
            } catch (SdkException e) {
                throw S3Failures.of(e, "s3a://" + bucket);
            }
        });
        return found;
    }

    private static List<Archived> among(S3Client client, String bucket, Set<String> keys) {
        Set<String> folders = keys.stream()
                .map(key -> key.substring(0, key.lastIndexOf('/') + 1))
                .collect(Collectors.toCollection(TreeSet::new));
        boolean each = folders.size() <= FEW;
        List<Archived> found = new ArrayList<>();
        for (String prefix : each ? folders : Set.of(common(folders))) {
            ListObjectsV2Request.Builder list =
                    ListObjectsV2Request.builder().bucket(bucket).prefix(prefix).delimiter(each ? "/" : null);
            List<Archived> archived = archived(client, list.build(), keys);
            found.addAll(archived.isEmpty() ? archived : withoutRestored(client, list, keys, archived));
        }
        return found;
    }

    private static List<Archived> archived(S3Client client, ListObjectsV2Request list, Set<String> keys) {
        return client.listObjectsV2Paginator(list).contents().stream()
                .filter(object -> keys.contains(object.key()) && state(object) != State.READABLE)
                .map(object -> new Archived(
                        new S3Path(list.bucket(), object.key()), object.storageClassAsString(), state(object)))
                .toList();
    }

    /** Asks a second time, since servers without archives refuse to be asked for restores. */
    private static List<Archived> withoutRestored(
            S3Client client, ListObjectsV2Request.Builder list, Set<String> keys, List<Archived> archived) {
        try {
            return archived(
                    client,
                    list.optionalObjectAttributes(OptionalObjectAttributes.RESTORE_STATUS)
                            .build(),
                    keys);
        } catch (S3Exception e) {
            if (e.statusCode() == 501) {
                return archived;
            }
            throw e;
        }
    }

    private static State state(S3Object object) {
        return State.of(
                StorageClass.named(String.valueOf(object.storageClassAsString())), copy(object.restoreStatus()));
    }

    private static Copy copy(@Nullable RestoreStatus status) {
        if (status == null) {
            return Copy.NONE;
        }
        return status.restoreExpiryDate() != null
                ? Copy.THERE
                : Boolean.TRUE.equals(status.isRestoreInProgress()) ? Copy.ON_ITS_WAY : Copy.NONE;
    }

    /** What all of them begin with. */
    private static String common(Set<String> folders) {
        return folders.stream().reduce(ArchivedObjects::common).orElse("");
    }

    private static String common(String a, String b) {
        int length = 0;
        while (length < Math.min(a.length(), b.length()) && a.charAt(length) == b.charAt(length)) {
            length++;
        }
        return a.substring(0, length);
    }
}
