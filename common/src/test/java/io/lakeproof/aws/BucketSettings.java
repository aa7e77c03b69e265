package io.lakeproof.aws;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The settings of the stub's bucket: documents as the API reference has them, told as they were set. */
public final class BucketSettings {
    /**
     * A call that tells one.
     *
     * @param operation of S3's API
     * @param absence the error of a bucket without the setting; null if the answer is then empty
     */
    private record Call(String operation, @Nullable String absence) {}

    private static final Map<String, Call> CALLS = Map.of(
            "versioning", new Call("GetBucketVersioning", null),
            "encryption", new Call("GetBucketEncryption", "ServerSideEncryptionConfigurationNotFoundError"),
            "policy", new Call("GetBucketPolicy", "NoSuchBucketPolicy"),
            "policyStatus", new Call("GetBucketPolicyStatus", "NoSuchBucketPolicy"),
            "publicAccessBlock", new Call("GetPublicAccessBlock", "NoSuchPublicAccessBlockConfiguration"),
            "object-lock", new Call("GetObjectLockConfiguration", "ObjectLockConfigurationNotFoundError"),
            "replication", new Call("GetBucketReplication", "ReplicationConfigurationNotFoundError"));

    private final Map<String, String> documents = new ConcurrentHashMap<>();

    /**
     * Sets one.
     *
     * @param name the query of its call, {@code versioning}
     */
    public BucketSettings set(String name, String document) {
        if (!CALLS.containsKey(name)) {
            throw new IllegalArgumentException(name);
        }
        documents.put(name, document);
        return this;
    }

    /** The operation that a query asks for; empty if it is about no setting. */
    Optional<String> operation(Map<String, String> query) {
        return name(query).map(name -> CALLS.get(name).operation());
    }

    /** Empty if the bucket does not have it. */
    Optional<String> document(Map<String, String> query) {
        return name(query).map(documents::get);
    }

    /** The code of the error; empty if an answer without content says so. */
    Optional<String> absence(Map<String, String> query) {
        return name(query).map(name -> CALLS.get(name).absence());
    }

    private static Optional<String> name(Map<String, String> query) {
        return CALLS.keySet().stream().filter(query::containsKey).findFirst();
    }
}
