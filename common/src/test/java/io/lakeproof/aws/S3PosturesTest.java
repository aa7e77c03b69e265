package io.lakeproof.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.error.Failure;
import io.lakeproof.posture.Answer;
import io.lakeproof.posture.BucketPosture;
import io.lakeproof.posture.BucketPosture.Encryption;
import io.lakeproof.posture.BucketPosture.Lock;
import io.lakeproof.posture.BucketPosture.Replica;
import io.lakeproof.posture.BucketPosture.Versioning;
import io.lakeproof.posture.LifecycleRule;
import io.lakeproof.posture.RuleAction;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Answers as the API reference has them. */
class S3PosturesTest {
    private BucketStub stub;

    @BeforeEach
    void start() {
        stub = new BucketStub("data");
    }

    @AfterEach
    void stop() {
        stub.close();
    }

    private BucketPosture look() {
        return S3Postures.look(S3BucketTest.hadoop(stub), "data", Clock.systemUTC());
    }

    @Test
    void aBucketWithoutAnythingHasNothing() {
        BucketPosture posture = look();

        assertThat(posture.safety().versioning().known()).contains(Versioning.OFF);
        assertThat(posture.safety().lock().known()).contains(Lock.OFF);
        assertThat(posture.safety().replicas().known()).contains(List.of());
        assertThat(posture.access().encryption().known()).contains(Optional.empty());
        assertThat(posture.access().policy().known()).contains(Optional.empty());
        assertThat(posture.access().isPublic().known()).contains(false);
        assertThat(posture.access().unblocked().known().orElseThrow()).hasSize(4);
        assertThat(posture.rules().known().orElseThrow().rules()).isEmpty();
        assertThat(posture.clock().orElseThrow().ahead().abs()).isLessThan(Duration.ofMinutes(1));
    }

    @Test
    void settingsAreReadAsTheyAre() {
        stub.settings()
                .set("versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
                .set(
                        "object-lock",
                        "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention>"
                                + "<Mode>GOVERNANCE</Mode><Days>30</Days></DefaultRetention></Rule></ObjectLockConfiguration>")
                .set(
                        "replication",
                        "<ReplicationConfiguration><Role>r</Role><Rule><ID>a</ID><Status>Enabled</Status><Filter><And>"
                                + "<Prefix>clean/</Prefix><Tag><Key>k</Key><Value>v</Value></Tag></And></Filter><Destination>"
                                + "<Bucket>arn:aws:s3:::copy</Bucket></Destination></Rule><Rule><Status>Disabled</Status><Prefix>x"
                                + "</Prefix><Destination><Bucket>arn:aws:s3:::old</Bucket></Destination></Rule>"
                                + "</ReplicationConfiguration>")
                .set(
                        "encryption",
                        "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms"
                                + "</SSEAlgorithm><KMSMasterKeyID>abc</KMSMasterKeyID></ApplyServerSideEncryptionByDefault>"
                                + "<BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>")
                .set("policy", "{\"Statement\":[]}")
                .set("policyStatus", "<PolicyStatus><IsPublic>TRUE</IsPublic></PolicyStatus>")
                .set(
                        "publicAccessBlock",
                        "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true"
                                + "</IgnorePublicAcls><BlockPublicPolicy>false</BlockPublicPolicy>"
                                + "</PublicAccessBlockConfiguration>");

        BucketPosture posture = look();

        assertThat(posture.safety().versioning().known()).contains(Versioning.ENABLED);
        assertThat(posture.safety().lock().known()).contains(new Lock(true, Optional.of("GOVERNANCE"), "30 days"));
        assertThat(posture.safety().replicas().known())
                .contains(List.of(
                        new Replica(true, "clean/", false, "arn:aws:s3:::copy"),
                        new Replica(false, "x", true, "arn:aws:s3:::old")));
        assertThat(posture.access().encryption().known())
                .contains(Optional.of(new Encryption("aws:kms", Optional.of("abc"), true)));
        assertThat(posture.access().policy().known()).contains(Optional.of("{\"Statement\":[]}"));
        assertThat(posture.access().isPublic().known()).contains(true);
        assertThat(posture.access().unblocked().known().orElseThrow())
                .containsExactly("BlockPublicPolicy", "RestrictPublicBuckets");
    }

    @Test
    void rulesOfAllFormsAreUnderstood() {
        stub.lifecycle("""
            <LifecycleConfiguration>
            <Rule><ID>a</ID><Prefix>old/</Prefix><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>
            <Rule><ID>b</ID><Filter><Tag><Key>k</Key><Value>v</Value></Tag></Filter><Status>Disabled</Status>
              <Transition><Date>2030-01-01T00:00:00.000Z</Date><StorageClass>GLACIER</StorageClass></Transition></Rule>
            <Rule><Filter><And><Prefix>c/</Prefix><Tag><Key>x</Key><Value/></Tag></And></Filter><Status>Enabled</Status>
              <Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>
              <NoncurrentVersionExpiration><NoncurrentDays>9</NoncurrentDays></NoncurrentVersionExpiration>
              <NoncurrentVersionTransition><NoncurrentDays>8</NoncurrentDays><StorageClass>DEEP_ARCHIVE</StorageClass>
              </NoncurrentVersionTransition>
              <AbortIncompleteMultipartUpload><DaysAfterInitiation>7</DaysAfterInitiation></AbortIncompleteMultipartUpload>
            </Rule></LifecycleConfiguration>\
            """);

        assertThat(look().rules().known().orElseThrow().rules())
                .containsExactly(
                        LifecycleRule.of("a", "old/", Map.of(), new RuleAction.Expire("after 1 day")),
                        new LifecycleRule(
                                "b",
                                false,
                                "",
                                new TreeMap<>(Map.of("k", "v")),
                                List.of(new RuleAction.Move("from 2030-01-01T00:00:00Z on", "GLACIER"))),
                        new LifecycleRule(
                                "",
                                true,
                                "c/",
                                new TreeMap<>(Map.of("x", "")),
                                List.of(
                                        new RuleAction.DropMarkers(),
                                        new RuleAction.ExpireNoncurrent(9),
                                        new RuleAction.MoveNoncurrent(8, "DEEP_ARCHIVE"),
                                        new RuleAction.AbortUploads(7))));
    }

    @Test
    void aCallThatIsDeniedNamesThePermissionAndTheOthersAreMade() {
        stub.refuse("GetBucketVersioning", "403 AccessDenied");
        stub.refuse("GetBucketReplication", "501 NotImplemented");

        BucketPosture posture = look();

        assertThat(posture.safety().versioning()).isEqualTo(new Answer.Denied<>("s3:GetBucketVersioning"));
        assertThat(posture.safety().replicas()).isEqualTo(new Answer.Unsupported<>("NotImplemented, HTTP 501"));
        assertThat(posture.access().encryption().known()).contains(Optional.empty());
        assertThat(posture.safety().versioning().judged("versioning", "data", known -> List.of()))
                .singleElement()
                .extracting("found")
                .isEqualTo("not checked: permission s3:GetBucketVersioning is missing");
    }

    @Test
    void aWrongKeyAndAMissingBucketEndTheLook() {
        assertThatThrownBy(() -> S3Postures.look(S3BucketTest.hadoop(stub), "nowhere", Clock.systemUTC()))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("there is no such bucket");
        stub.refuse("GetBucketVersioning", "403 InvalidAccessKeyId");
        assertThatThrownBy(this::look).isInstanceOf(Failure.AccessDenied.class);
    }
}
