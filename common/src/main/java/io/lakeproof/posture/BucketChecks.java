package io.lakeproof.posture;

import io.lakeproof.config.S3Config.Writes;
import io.lakeproof.posture.BucketPosture.Access;
import io.lakeproof.posture.BucketPosture.Safety;
import java.util.ArrayList;
import java.util.List;

/** All checks of one bucket. */
public final class BucketChecks {
    private BucketChecks() {}

    /**
     * Judges.
     *
     * @param residents what lies in the bucket
     * @param writes what runs ask for when they write
     */
    public static List<Finding> of(BucketPosture posture, List<Resident> residents, Writes writes) {
        String bucket = posture.bucket();
        List<Finding> findings = new ArrayList<>();
        safety(bucket, posture.safety(), residents, writes, findings);
        access(bucket, posture.access(), writes, findings);
        findings.addAll(posture.rules()
                .judged(
                        RuleChecks.NAME,
                        bucket,
                        rules -> RuleChecks.of(
                                bucket, rules, posture.safety().versioning().known(), residents)));
        posture.clock().ifPresent(reading -> findings.add(ClockCheck.of(bucket, reading)));
        return findings;
    }

    private static void safety(
            String bucket, Safety safety, List<Resident> residents, Writes writes, List<Finding> findings) {
        boolean isWritten =
                residents.stream().anyMatch(resident -> resident.kind().isWritten());
        boolean holdsLedger = residents.stream().anyMatch(resident -> resident.kind() == Resident.Kind.LEDGER);
        findings.addAll(safety.versioning()
                .judged(SafetyChecks.VERSIONING, bucket, found -> List.of(SafetyChecks.versioning(bucket, found))));
        if (isWritten) {
            findings.addAll(safety.lock()
                    .judged(
                            SafetyChecks.OBJECT_LOCK,
                            bucket,
                            lock -> SafetyChecks.lock(
                                    bucket, lock, holdsLedger, writes.checksum().isPresent())));
            findings.addAll(safety.replicas()
                    .judged(
                            SafetyChecks.REPLICATION,
                            bucket,
                            replicas -> SafetyChecks.replication(bucket, replicas, residents)));
        }
    }

    private static void access(String bucket, Access access, Writes writes, List<Finding> findings) {
        findings.addAll(access.encryption()
                .judged(
                        AccessChecks.ENCRYPTION,
                        bucket,
                        encryption -> AccessChecks.encryption(bucket, encryption, writes.kmsKey())));
        findings.addAll(
                access.policy().judged(AccessChecks.TLS, bucket, policy -> List.of(AccessChecks.tls(bucket, policy))));
        findings.addAll(access.isPublic()
                .judged(AccessChecks.PUBLIC, bucket, isPublic -> List.of(AccessChecks.publicPolicy(bucket, isPublic))));
        findings.addAll(access.unblocked()
                .judged(
                        AccessChecks.PUBLIC,
                        bucket,
                        unblocked -> List.of(AccessChecks.publicAccess(bucket, unblocked))));
    }
}
