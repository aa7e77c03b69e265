package io.lakeproof.posture;

import io.lakeproof.posture.BucketPosture.Encryption;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/** Who can read and write a bucket, and on which way. */
public final class AccessChecks {
    static final String ENCRYPTION = "encryption";
    static final String TLS = "tls-only";
    static final String PUBLIC = "public-access";

    private AccessChecks() {}

    /**
     * Judges the default encryption.
     *
     * @param ours the key that runs ask for ({@code s3.kms-key}); empty for what the bucket does
     */
    static List<Finding> encryption(String bucket, Optional<Encryption> standard, Optional<String> ours) {
        if (standard.isEmpty()) {
            return List.of(new Finding(
                    ENCRYPTION,
                    Severity.WARNING,
                    bucket,
                    "there is no default encryption",
                    "An object whose writer asks for nothing is stored in the clear.",
                    encrypt(bucket, ours.orElse("alias/KEY"))));
        }
        Encryption encryption = standard.get();
        if (!encryption.algorithm().startsWith("aws:kms")) {
            return List.of(ofStorage(bucket, ours));
        }
        List<Finding> findings = new ArrayList<>();
        findings.add(encryption
                .key()
                .map(key -> ofKey(bucket, key, ours))
                .orElseGet(() -> new Finding(
                        ENCRYPTION,
                        Severity.INFO,
                        bucket,
                        "default encryption is " + encryption.algorithm() + " with the key that AWS manages, aws/s3",
                        "Its policy cannot be changed: no other account can be given the data, and nobody can be kept"
                                + " from them by the key.",
                        encrypt(bucket, ours.orElse("alias/KEY")))));
        if (!encryption.isBucketKey()) {
            findings.add(new Finding(
                    ENCRYPTION,
                    Severity.INFO,
                    bucket,
                    "the bucket key is off",
                    "Each object costs a request to KMS when it is written and when it is read, and KMS throttles.",
                    encrypt(bucket, encryption.key().or(() -> ours).orElse("alias/aws/s3"))));
        }
        return findings;
    }

    private static Finding ofStorage(String bucket, Optional<String> ours) {
        return ours.map(key -> new Finding(
                        ENCRYPTION,
                        Severity.WARNING,
                        bucket,
                        "default encryption is S3's own key, while s3.kms-key = " + key,
                        "What other writers put here, and what is copied here, does not get the key of the"
                                + " configuration.",
                        encrypt(bucket, key)))
                .orElseGet(() -> new Finding(
                        ENCRYPTION,
                        Severity.INFO,
                        bucket,
                        "default encryption is S3's own key",
                        "Whoever may read the objects can: there is no key to withdraw, and no log of its use.",
                        "If that matters, s3.kms-key, and " + encrypt(bucket, "alias/KEY")));
    }

    private static Finding ofKey(String bucket, String key, Optional<String> ours) {
        String found = "default encryption is KMS key " + key;
        if (ours.isEmpty() || isSame(key, ours.get())) {
            return Finding.ok(ENCRYPTION, bucket, found);
        }
        boolean isComparable = key.contains("alias/") == ours.get().contains("alias/");
        return new Finding(
                ENCRYPTION,
                isComparable ? Severity.WARNING : Severity.INFO,
                bucket,
                found + ", s3.kms-key is " + ours.get()
                        + (isComparable ? "" : "; whether they are the same only KMS knows"),
                "If they differ, what other writers put here does not get the key of the configuration.",
                isComparable
                        ? encrypt(bucket, ours.get()) + "; or s3.kms-key = " + key
                        : "aws kms describe-key --key-id " + ours.get() + " shows its id; name both in the same way");
    }

    /** An ARN ends with the id or the alias. */
    private static boolean isSame(String a, String b) {
        return last(a).equals(last(b)) && a.contains("alias/") == b.contains("alias/");
    }

    private static String last(String key) {
        return key.substring(Math.max(key.lastIndexOf('/'), key.lastIndexOf(':')) + 1);
    }

    private static String encrypt(String bucket, String key) {
        return "aws s3api put-bucket-encryption --bucket " + bucket
                + " --server-side-encryption-configuration"
                + " '{\"Rules\":[{\"ApplyServerSideEncryptionByDefault\":{\"SSEAlgorithm\":"
                + "\"aws:kms\",\"KMSMasterKeyID\":\"" + key + "\"},\"BucketKeyEnabled\":true}]}'";
    }

    static Finding tls(String bucket, Optional<String> policy) {
        Set<String> open = BucketPolicy.plain(policy.orElse(""), bucket);
        if (open.isEmpty()) {
            return Finding.ok(TLS, bucket, "the bucket's policy denies all requests without TLS");
        }
        return new Finding(
                TLS,
                Severity.WARNING,
                bucket,
                "the bucket's policy lets requests without TLS through to " + String.join(" and ", open),
                "Rows then go over the network in the clear, and whoever is on the way can change them.",
                policy.isEmpty()
                        ? "aws s3api put-bucket-policy --bucket " + bucket
                                + " --policy '{\"Version\":\"2012-10-17\",\"Statement\":["
                                + BucketPolicy.statement(bucket) + "]}'"
                        : "add to the policy of the bucket (aws s3api get-bucket-policy, put-bucket-policy) the"
                                + " statement "
                                + BucketPolicy.statement(bucket));
    }

    /** Judges the endpoint that runs go to. */
    public static List<Finding> endpoint(Optional<URI> endpoint) {
        boolean isPlain = endpoint.filter(uri -> "http".equals(uri.getScheme())).isPresent();
        if (!isPlain) {
            return List.of();
        }
        String host = String.valueOf(endpoint.get().getHost());
        boolean isHere = host.equals("localhost") || host.startsWith("127.") || host.equals("[::1]");
        return List.of(new Finding(
                TLS,
                isHere ? Severity.INFO : Severity.WARNING,
                "s3.endpoint",
                endpoint.get() + " is without TLS",
                isHere
                        ? "It is this machine: nothing goes over a network."
                        : "Rows and keys of requests go over the network in the clear.",
                "s3.endpoint = \"https://…\""));
    }

    static Finding publicPolicy(String bucket, boolean isPublic) {
        return isPublic
                ? new Finding(
                        PUBLIC,
                        Severity.ERROR,
                        bucket,
                        "the bucket's policy is public",
                        "Anybody can do what it allows.",
                        block(bucket) + ", which also takes no public policy any more; then mend the policy")
                : Finding.ok(PUBLIC, bucket, "the bucket's policy is not public");
    }

    static Finding publicAccess(String bucket, SortedSet<String> unblocked) {
        return unblocked.isEmpty()
                ? Finding.ok(PUBLIC, bucket, "public access is blocked")
                : new Finding(
                        PUBLIC,
                        Severity.WARNING,
                        bucket,
                        "the bucket does not block public access: " + String.join(", ", unblocked) + " are off",
                        "One wrong ACL or policy opens the data to everybody, unless the account blocks it, which a"
                                + " bucket does not tell.",
                        block(bucket));
    }

    private static String block(String bucket) {
        return "aws s3api put-public-access-block --bucket " + bucket
                + " --public-access-block-configuration"
                + " BlockPublicAcls=true,IgnorePublicAcls=true,BlockPublicPolicy=true,RestrictPublicBuckets=true";
    }
}
