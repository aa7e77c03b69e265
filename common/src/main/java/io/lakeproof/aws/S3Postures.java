package io.lakeproof.aws;

import io.lakeproof.posture.Answer;
import io.lakeproof.posture.BucketPosture;
import io.lakeproof.posture.BucketPosture.Access;
import io.lakeproof.posture.BucketPosture.Encryption;
import io.lakeproof.posture.BucketPosture.Lock;
import io.lakeproof.posture.BucketPosture.Replica;
import io.lakeproof.posture.BucketPosture.Rules;
import io.lakeproof.posture.BucketPosture.Safety;
import io.lakeproof.posture.BucketPosture.Versioning;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.BucketVersioningStatus;
import software.amazon.awssdk.services.s3.model.DefaultRetention;
import software.amazon.awssdk.services.s3.model.ObjectLockConfiguration;
import software.amazon.awssdk.services.s3.model.ObjectLockEnabled;
import software.amazon.awssdk.services.s3.model.PublicAccessBlockConfiguration;
import software.amazon.awssdk.services.s3.model.ReplicationRule;
import software.amazon.awssdk.services.s3.model.ReplicationRuleStatus;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionByDefault;
import software.amazon.awssdk.services.s3.model.ServerSideEncryptionRule;

/** The settings of a bucket as S3 tells them; reads only. */
public final class S3Postures {
    /** What S3 answers to a caller who may not know (Amazon S3 API Reference, "Error responses"). */
    private static final Set<String> DENIALS = Set.of("AccessDenied", "AllAccessDisabled", "AccessDeniedException");

    private final S3Client s3;
    private final String bucket;

    private S3Postures(S3Client s3, String bucket) {
        this.s3 = s3;
        this.bucket = bucket;
    }

    /**
     * Asks for all settings. A call that is denied, or that the server does not have, does not keep the others from being made.
     *
     * @throws io.lakeproof.error.Failure.Configuration if there is no such bucket, or it is elsewhere
     * @throws io.lakeproof.error.Failure.AccessDenied if the credentials are wrong or have expired
     * @throws io.lakeproof.error.Failure.Conflict if the storage does not answer
     */
    public static BucketPosture look(Configuration hadoop, String bucket, Clock clock) {
        DateWatch dates = new DateWatch(clock);
        try (S3Client client = S3Clients.of(hadoop, bucket, dates)) {
            S3Postures postures = new S3Postures(client, bucket);
            Safety safety = new Safety(postures.versioning(), postures.lock(), postures.replicas());
            Access access =
                    new Access(postures.encryption(), postures.policy(), postures.isPublic(), postures.unblocked());
            return new BucketPosture(bucket, safety, access, postures.rules(), dates.reading());
        }
    }

    private Answer<Versioning> versioning() {
        return ask("s3:GetBucketVersioning", "", Versioning.OFF, () -> {
            BucketVersioningStatus status =
                    s3.getBucketVersioning(request -> request.bucket(bucket)).status();
            if (status == null) {
                return Versioning.OFF;
            }
            return status == BucketVersioningStatus.ENABLED ? Versioning.ENABLED : Versioning.SUSPENDED;
        });
    }

    private Answer<Lock> lock() {
        return ask(
                "s3:GetBucketObjectLockConfiguration",
                "ObjectLockConfigurationNotFoundError",
                Lock.OFF,
                () -> lock(s3.getObjectLockConfiguration(request -> request.bucket(bucket))
                        .objectLockConfiguration()));
    }

    private static Lock lock(@Nullable ObjectLockConfiguration configuration) {
        if (configuration == null || configuration.objectLockEnabled() != ObjectLockEnabled.ENABLED) {
            return Lock.OFF;
        }
        DefaultRetention retention =
                configuration.rule() == null ? null : configuration.rule().defaultRetention();
        if (retention == null || retention.modeAsString() == null) {
            return new Lock(true, Optional.empty(), "");
        }
        String period = retention.years() != null ? retention.years() + " years" : retention.days() + " days";
        return new Lock(true, Optional.of(retention.modeAsString()), period);
    }

    private Answer<List<Replica>> replicas() {
        return ask(
                "s3:GetReplicationConfiguration",
                "ReplicationConfigurationNotFoundError",
                List.of(),
                () ->
                        s3
                                .getBucketReplication(request -> request.bucket(bucket))
                                .replicationConfiguration()
                                .rules()
                                .stream()
                                .map(S3Postures::replica)
                                .toList());
    }

    /** The filter is in one of three forms, the oldest without an element of that name. */
    @SuppressWarnings("deprecation")
    private static Replica replica(ReplicationRule rule) {
        boolean isWhole = true;
        String prefix = rule.prefix();
        if (rule.filter() != null && rule.filter().and() != null) {
            prefix = rule.filter().and().prefix();
            isWhole = rule.filter().and().tags().isEmpty();
        } else if (rule.filter() != null) {
            prefix = rule.filter().prefix();
            isWhole = rule.filter().tag() == null;
        }
        String target = rule.destination() == null ? "" : rule.destination().bucket();
        return new Replica(
                rule.status() == ReplicationRuleStatus.ENABLED, prefix == null ? "" : prefix, isWhole, target);
    }

    private Answer<Optional<Encryption>> encryption() {
        return ask(
                "s3:GetEncryptionConfiguration",
                "ServerSideEncryptionConfigurationNotFoundError",
                Optional.empty(),
                () -> s3
                        .getBucketEncryption(request -> request.bucket(bucket))
                        .serverSideEncryptionConfiguration()
                        .rules()
                        .stream()
                        .flatMap(S3Postures::encryption)
                        .findFirst());
    }

    private static Stream<Encryption> encryption(ServerSideEncryptionRule rule) {
        ServerSideEncryptionByDefault standard = rule.applyServerSideEncryptionByDefault();
        if (standard == null) {
            return Stream.empty();
        }
        return Stream.of(new Encryption(
                standard.sseAlgorithmAsString(),
                Optional.ofNullable(standard.kmsMasterKeyID()),
                Boolean.TRUE.equals(rule.bucketKeyEnabled())));
    }

    private Answer<Optional<String>> policy() {
        return ask(
                "s3:GetBucketPolicy",
                "NoSuchBucketPolicy",
                Optional.empty(),
                () -> Optional.of(
                        s3.getBucketPolicy(request -> request.bucket(bucket)).policy()));
    }

    private Answer<Boolean> isPublic() {
        return ask(
                "s3:GetBucketPolicyStatus",
                "NoSuchBucketPolicy",
                false,
                () -> Boolean.TRUE.equals(s3.getBucketPolicyStatus(request -> request.bucket(bucket))
                        .policyStatus()
                        .isPublic()));
    }

    private Answer<SortedSet<String>> unblocked() {
        return ask(
                "s3:GetBucketPublicAccessBlock",
                "NoSuchPublicAccessBlockConfiguration",
                Access.unblocked(List.of()),
                () -> unblocked(s3.getPublicAccessBlock(request -> request.bucket(bucket))
                        .publicAccessBlockConfiguration()));
    }

    private static SortedSet<String> unblocked(PublicAccessBlockConfiguration block) {
        List<@Nullable Boolean> values = java.util.Arrays.asList(
                block.blockPublicAcls(),
                block.ignorePublicAcls(),
                block.blockPublicPolicy(),
                block.restrictPublicBuckets());
        List<String> on = Stream.iterate(0, i -> i < values.size(), i -> i + 1)
                .filter(i -> Boolean.TRUE.equals(values.get(i)))
                .map(Access.BLOCKS::get)
                .toList();
        return Access.unblocked(on);
    }

    private Answer<Rules> rules() {
        return ask("s3:GetLifecycleConfiguration", "", new Rules(List.of(), List.of()), () -> {
            LifecycleConfigurations.Read read = LifecycleConfigurations.read(s3, bucket);
            return new Rules(
                    read.model()
                            .map(model -> model.rules().stream()
                                    .map(LifecycleRules::of)
                                    .toList())
                            .orElse(List.of()),
                    read.rules());
        });
    }

    /**
     * One question.
     *
     * @param absence the code that says that there is no such setting; empty if the call has none
     * @param absent what that means
     */
    private <T> Answer<T> ask(String permission, String absence, T absent, Supplier<T> call) {
        try {
            return new Answer.Known<>(call.get());
        } catch (S3Exception e) {
            String code = e.awsErrorDetails() == null ? "" : e.awsErrorDetails().errorCode();
            if (!absence.isEmpty() && absence.equals(code)) {
                return new Answer.Known<>(absent);
            }
            if (DENIALS.contains(code)) {
                return new Answer.Denied<>(permission);
            }
            if (isUnsupported(code, e.statusCode())) {
                return new Answer.Unsupported<>(
                        String.format(Locale.ROOT, "%s%sHTTP %d", code, code.isEmpty() ? "" : ", ", e.statusCode()));
            }
            throw S3Failures.of(e, "s3a://" + bucket);
        } catch (SdkException e) {
            throw S3Failures.of(e, "s3a://" + bucket);
        }
    }

    /** Also a code that the call of S3 has no meaning for: servers of the protocol have some of their own. */
    private static boolean isUnsupported(@Nullable String code, int status) {
        return status == 501
                || status == 405
                || (status < 500 && S3Error.of(code, status).isEmpty());
    }
}
