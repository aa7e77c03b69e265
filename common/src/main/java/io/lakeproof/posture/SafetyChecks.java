package io.lakeproof.posture;

import io.lakeproof.posture.BucketPosture.Lock;
import io.lakeproof.posture.BucketPosture.Replica;
import io.lakeproof.posture.BucketPosture.Versioning;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What of a bucket outlives a mistake: versions, locks, copies. */
final class SafetyChecks {
    static final String VERSIONING = "versioning";
    static final String OBJECT_LOCK = "object-lock";
    static final String REPLICATION = "replication";

    private SafetyChecks() {}

    static Finding versioning(String bucket, Versioning versioning) {
        if (versioning == Versioning.ENABLED) {
            return Finding.ok(VERSIONING, bucket, "versioning is enabled");
        }
        return new Finding(
                VERSIONING,
                Severity.WARNING,
                bucket,
                versioning == Versioning.OFF ? "versioning is off" : "versioning is suspended",
                "What is deleted or overwritten by mistake, a commit of _delta_log included, is gone at once.",
                "aws s3api put-bucket-versioning --bucket " + bucket
                        + " --versioning-configuration Status=Enabled, and a lifecycle rule that ends noncurrent"
                        + " versions");
    }

    /**
     * Judges the object lock.
     *
     * @param holdsLedger whether the table of seals is in this bucket
     * @param sendsChecksum whether S3A sends checksums ({@code s3.checksum})
     */
    static List<Finding> lock(String bucket, Lock lock, boolean holdsLedger, boolean sendsChecksum) {
        List<Finding> findings = new ArrayList<>();
        if (holdsLedger) {
            findings.add(ofLedger(bucket, lock));
        }
        if (lock.mode().isPresent() && !sendsChecksum) {
            findings.add(new Finding(
                    OBJECT_LOCK,
                    Severity.ERROR,
                    bucket,
                    "every new object is locked (" + lock.mode().get() + ", " + lock.period()
                            + "), but s3.checksum is not set",
                    "S3 takes an upload to such a bucket only with a checksum, and S3A sends none unless told:"
                            + " runs that write here fail.",
                    "s3.checksum = crc32c, with Hadoop 3.4.2 or later; or tables in a bucket without a default"
                            + " retention"));
        }
        if (lock.mode().isPresent()) {
            findings.add(new Finding(
                    OBJECT_LOCK,
                    Severity.INFO,
                    bucket,
                    "every new object is locked (" + lock.mode().get() + ", " + lock.period() + ")",
                    "What `retain` and VACUUM delete stays, and is billed, as a noncurrent version until its lock"
                            + " ends.",
                    "A bucket of its own for the ledger, if the data need no lock."));
        }
        return findings;
    }

    private static Finding ofLedger(String bucket, Lock lock) {
        String why =
                "The chain of seals shows a change of the ledger to whoever knows its end; only a lock keeps somebody"
                        + " with a key from replacing all of it.";
        String set = "aws s3api put-object-lock-configuration --bucket " + bucket
                + " --object-lock-configuration"
                + " '{\"ObjectLockEnabled\":\"Enabled\",\"Rule\":{\"DefaultRetention\":{\"Mode\":\"COMPLIANCE\",\"Days\":365}}}';"
                + " needs versioning and s3.checksum, and holds for all that is written there: first give the ledger a"
                + " bucket of its own (ledger.path)";
        if (!lock.isOn()) {
            return new Finding(
                    OBJECT_LOCK, Severity.WARNING, bucket, "the ledger's bucket has no object lock", why, set);
        }
        if (lock.mode().isEmpty()) {
            return new Finding(
                    OBJECT_LOCK,
                    Severity.WARNING,
                    bucket,
                    "object lock is enabled on the ledger's bucket, but new objects are not locked: there is no default"
                            + " retention, and S3A asks for none",
                    why,
                    set);
        }
        if (lock.mode().get().equals("COMPLIANCE")) {
            return Finding.ok(OBJECT_LOCK, bucket, "new seals are locked for " + lock.period() + " (COMPLIANCE)");
        }
        return new Finding(
                OBJECT_LOCK,
                Severity.INFO,
                bucket,
                "new seals are locked for " + lock.period() + " (" + lock.mode().get() + ")",
                "Whoever has s3:BypassGovernanceRetention can take the lock off.",
                "Mode COMPLIANCE, or a policy that gives s3:BypassGovernanceRetention to nobody.");
    }

    static List<Finding> replication(String bucket, List<Replica> replicas, List<Resident> residents) {
        return residents.stream()
                .filter(resident -> resident.kind().isWritten())
                .map(resident -> replication(bucket, replicas, resident))
                .toList();
    }

    private static Finding replication(String bucket, List<Replica> replicas, Resident resident) {
        String targets = replicas.stream()
                .filter(replica -> replica.isEnabled()
                        && replica.isWhole()
                        && resident.location().prefix().startsWith(replica.prefix()))
                .map(Replica::target)
                .distinct()
                .collect(Collectors.joining(", "));
        if (!targets.isEmpty()) {
            return Finding.ok(
                    REPLICATION,
                    bucket,
                    resident.name() + " is copied to " + targets
                            + "; objects arrive in any order, so `drill --backup` or `verify` must prove a copy");
        }
        boolean isPartly = replicas.stream()
                .anyMatch(replica -> !resident.under(replica.prefix()).isEmpty());
        return new Finding(
                REPLICATION,
                Severity.INFO,
                bucket,
                resident.name()
                        + (isPartly
                                ? " is copied in part only, or by a rule that is disabled"
                                : " is copied to no other bucket"),
                isPartly
                        ? "A copy that lacks files of the log or of the data is no table."
                        : "If the region or the account is lost, so is the table.",
                "A replication rule without a tag filter for the prefix "
                        + resident.location().prefix()
                        + " (aws s3api put-bucket-replication), or a copy elsewhere that `drill --backup` proves");
    }
}
