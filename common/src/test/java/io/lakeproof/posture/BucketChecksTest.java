package io.lakeproof.posture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.config.S3Config.Writers;
import io.lakeproof.lifecycle.S3Location;
import io.lakeproof.posture.BucketPosture.Access;
import io.lakeproof.posture.BucketPosture.Encryption;
import io.lakeproof.posture.BucketPosture.Lock;
import io.lakeproof.posture.BucketPosture.Replica;
import io.lakeproof.posture.BucketPosture.Versioning;
import io.lakeproof.posture.LogStoreCheck.LogStore;
import io.lakeproof.posture.Resident.Kind;
import io.lakeproof.posture.RetentionCheck.Kept;
import java.net.URI;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BucketChecksTest {
    private static final String DENY = """
        {"Statement": [{"Effect": "Deny", "Principal": "*", "Action": "s3:*",
          "Resource": ["arn:aws:s3:::data", "arn:aws:s3:::data/*"],
          "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}\
        """;

    private static Finding worst(List<Finding> findings) {
        return findings.stream().min(Comparator.comparing(Finding::severity)).orElseThrow();
    }

    private static Stream<Arguments> policies() {
        return Stream.of(
                Arguments.of("", 2),
                Arguments.of("no JSON", 2),
                Arguments.of(DENY, 0),
                Arguments.of(DENY.replace("\"*\", \"Action\"", "{\"AWS\": \"*\"}, \"Action\""), 0),
                Arguments.of(DENY.replace("\"*\", \"Action\"", "{\"AWS\": [\"*\"]}, \"Action\""), 0),
                Arguments.of(DENY.replace("\"false\"", "false"), 0),
                Arguments.of(DENY.replace("\"false\"", "[\"false\"]"), 0),
                Arguments.of(DENY.replace("aws:SecureTransport", "AWS:securetransport"), 0),
                Arguments.of(DENY.replace("arn:aws:", "arn:aws-cn:"), 0),
                Arguments.of(DENY.replace("\"s3:*\"", "[\"s3:*\"]"), 0),
                Arguments.of(
                        DENY.replace("[\"arn:aws:s3:::data\", \"arn:aws:s3:::data/*\"]", "\"arn:aws:s3:::data*\""), 0),
                Arguments.of(DENY.replace("[\"arn:aws:s3:::data\", \"arn:aws:s3:::data/*\"]", "\"*\""), 0),
                Arguments.of(DENY.replace("\"arn:aws:s3:::data\", ", ""), 1),
                Arguments.of(DENY.replace(", \"arn:aws:s3:::data/*\"", ""), 1),
                Arguments.of(DENY.replace("data", "other"), 2),
                Arguments.of(DENY.replace("\"Deny\"", "\"Allow\""), 2),
                Arguments.of(DENY.replace("\"s3:*\"", "\"s3:PutObject\""), 2),
                Arguments.of(DENY.replace("\"false\"", "\"true\""), 2),
                Arguments.of(
                        DENY.replace("\"Principal\": \"*\"", "\"Principal\": {\"AWS\": \"arn:aws:iam::1:root\"}"), 2),
                Arguments.of(DENY.replace("\"Principal\"", "\"NotPrincipal\""), 2),
                Arguments.of(DENY.replace("}}}]", "}, \"StringNotEquals\": {\"aws:SourceVpce\": \"vpce-1\"}}}]"), 2));
    }

    @ParameterizedTest
    @MethodSource("policies")
    void aPolicyIsTlsOnlyIfItDeniesEverybodyEverything(String policy, int open) {
        assertThat(BucketPolicy.plain(policy, "data")).as(policy).hasSize(open);
        assertThat(AccessChecks.tls("data", Optional.of(policy)).severity())
                .isEqualTo(open == 0 ? Severity.OK : Severity.WARNING);
    }

    @Test
    void theFixOfAPolicyIsAPolicyThatPasses() {
        assertThat(BucketPolicy.plain("{\"Statement\":[" + BucketPolicy.statement("data") + "]}", "data"))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        // algorithm, key, bucket key, ours, severity, what is said
        "'', '', false, '', WARNING, no default encryption",
        "AES256, '', false, '', INFO, S3's own key",
        "AES256, '', false, alias/data, WARNING, s3.kms-key = alias/data",
        "aws:kms, '', true, '', INFO, aws/s3",
        "aws:kms, arn:aws:kms:r:1:key/abc, true, '', OK, key/abc",
        "aws:kms, arn:aws:kms:r:1:key/abc, true, abc, OK, key/abc",
        "aws:kms, arn:aws:kms:r:1:key/abc, true, xyz, WARNING, xyz",
        "aws:kms, arn:aws:kms:r:1:alias/data, true, alias/data, OK, alias/data",
        "aws:kms, arn:aws:kms:r:1:key/abc, true, alias/data, INFO, only KMS knows",
        "aws:kms:dsse, arn:aws:kms:r:1:key/abc, false, '', INFO, bucket key is off"
    })
    void encryptionIsComparedWithTheKeyOfTheConfiguration(
            String algorithm, String key, boolean bucketKey, String ours, Severity severity, String found) {
        Optional<Encryption> standard = algorithm.isEmpty()
                ? Optional.empty()
                : Optional.of(new Encryption(algorithm, present(key), bucketKey));

        Finding worst = worst(AccessChecks.encryption("data", standard, present(ours)));

        assertThat(worst.severity()).as("%s", worst).isEqualTo(severity);
        assertThat(worst.found()).contains(found);
    }

    private static Optional<String> present(String text) {
        return Optional.of(text).filter(t -> !t.isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        // is on, mode, ledger, checksum, severity
        "false, '', true, false, WARNING",
        "true, '', true, false, WARNING",
        "true, COMPLIANCE, true, false, ERROR",
        "true, COMPLIANCE, true, true, INFO",
        "true, GOVERNANCE, true, true, INFO",
        "true, GOVERNANCE, false, false, ERROR"
    })
    void aLockProtectsTheLedgerAndNeedsChecksums(
            boolean isOn, String mode, boolean ledger, boolean checksum, Severity severity) {
        Lock lock = new Lock(isOn, present(mode), "30 days");

        assertThat(worst(SafetyChecks.lock("data", lock, ledger, checksum)).severity())
                .isEqualTo(severity);
        assertThat(SafetyChecks.lock("data", Lock.OFF, false, false)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "true, '', true, OK, is copied to arn:b",
        "true, clean/, true, OK, is copied to arn:b",
        "false, '', true, INFO, in part only",
        "true, clean/events/event_date=2024, true, INFO, in part only",
        "true, '', false, INFO, in part only",
        "true, logs/, true, INFO, to no other bucket"
    })
    void aTableIsCopiedIfAllOfItIs(boolean isOn, String prefix, boolean isWhole, Severity severity, String found) {
        Resident table = Resident.of("clean", Kind.TABLE, new S3Location("data", "clean/events/"));

        Finding only = SafetyChecks.replication(
                        "data", List.of(new Replica(isOn, prefix, isWhole, "arn:b")), List.of(table))
                .get(0);

        assertThat(only.severity()).isEqualTo(severity);
        assertThat(only.found()).contains(found);
    }

    @ParameterizedTest
    @CsvSource({"0, OK", "30, OK", "-30, OK", "31, WARNING", "-900, WARNING", "901, ERROR", "-86400, ERROR"})
    void aClockMayBeOffByHalfAMinute(long seconds, Severity severity) {
        Instant server = Instant.parse("2026-11-25T00:00:00Z");

        assertThat(ClockCheck.of("data", new ClockReading(server, server.plusSeconds(seconds)))
                        .severity())
                .isEqualTo(severity);
    }

    @ParameterizedTest
    @CsvSource({
        "s3a, true, CONDITIONAL, OK",
        "s3a, false, CONDITIONAL, ERROR",
        "s3a, true, SINGLE, WARNING",
        "file, true, CONDITIONAL, OK",
        "file, false, CONDITIONAL, WARNING",
        "hdfs, false, CONDITIONAL, INFO"
    })
    void aLogStoreIsSafeOrSaysWhatToSet(String scheme, boolean isSafe, Writers writers, Severity severity) {
        assertThat(LogStoreCheck.of("clean", new LogStore(scheme, Optional.empty(), isSafe), writers)
                        .severity())
                .isEqualTo(severity);
    }

    @Test
    void aRetentionThatIsTooShortIsAnErrorWithTheStatementThatMendsIt() {
        assertThat(RetentionCheck.of("clean", "/t", new Kept(30, 30, 30, 30, 0)).severity())
                .isEqualTo(Severity.OK);

        Finding finding = RetentionCheck.of("clean", "s3a://data/clean", new Kept(7, 30, 40, 60, 1));

        assertThat(finding.severity()).isEqualTo(Severity.ERROR);
        assertThat(finding.found()).contains("is 7 days; needed are 40 (the configuration promises 30 days, 1 pin)");
        assertThat(finding.fix())
                .startsWith("ALTER TABLE delta.`s3a://data/clean` SET TBLPROPERTIES ('delta.logRetentionDuration' ="
                        + " 'interval 60 days',");
    }

    @Test
    void theRestSaysWhatIsOff() {
        assertThat(SafetyChecks.versioning("data", Versioning.ENABLED).severity())
                .isEqualTo(Severity.OK);
        assertThat(SafetyChecks.versioning("data", Versioning.SUSPENDED).found())
                .isEqualTo("versioning is suspended");
        assertThat(AccessChecks.publicPolicy("data", true).severity()).isEqualTo(Severity.ERROR);
        assertThat(AccessChecks.publicAccess("data", Access.unblocked(Access.BLOCKS))
                        .severity())
                .isEqualTo(Severity.OK);
        assertThat(AccessChecks.publicAccess("data", Access.unblocked(List.of("BlockPublicAcls", "IgnorePublicAcls")))
                        .found())
                .isEqualTo("the bucket does not block public access: BlockPublicPolicy, RestrictPublicBuckets are off");
        assertThat(AccessChecks.endpoint(Optional.of(URI.create("http://127.0.0.1:9000")))
                        .get(0)
                        .severity())
                .isEqualTo(Severity.INFO);
        assertThat(AccessChecks.endpoint(Optional.of(URI.create("http://minio:9000")))
                        .get(0)
                        .severity())
                .isEqualTo(Severity.WARNING);
        assertThat(AccessChecks.endpoint(Optional.of(URI.create("https://minio:9000"))))
                .isEmpty();
    }

    @Test
    void nothingBadComesWithoutAFix() {
        assertThatThrownBy(() -> new Finding("c", Severity.ERROR, "s", "f", "why", ""))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("c of s does not say why it matters, or the fix");
    }
}
