package io.lakeproof.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.config.LifecycleConfig;
import io.lakeproof.config.LifecycleConfig.Tier;
import io.lakeproof.error.Failure;
import io.lakeproof.lifecycle.Archive;
import io.lakeproof.lifecycle.Bucket;
import io.lakeproof.lifecycle.ObjectTags;
import io.lakeproof.lifecycle.Pace;
import io.lakeproof.lifecycle.Reconciler;
import io.lakeproof.lifecycle.RuleText;
import io.lakeproof.lifecycle.StoredObject;
import io.lakeproof.lifecycle.TierRule;
import io.lakeproof.model.StorageClass;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class S3BucketTest {
    private static final String OURS = TierRule.idPrefix("p/t");

    /** Rules as other people have them, with whatever S3 knows. */
    private static final String OTHERS = """
            <Rule><ID>logs</ID><Filter><Prefix>logs/</Prefix></Filter><Status>Enabled</Status>
              <Expiration><Days>7</Days></Expiration></Rule>
            <Rule><ID>by tag</ID><Filter><And><Prefix>raw/</Prefix><Tag><Key>class</Key><Value>a&amp;b</Value></Tag>
              <Tag><Key>x</Key><Value/></Tag><ObjectSizeLessThan>500</ObjectSizeLessThan></And></Filter>
              <Status>Disabled</Status><Transition><Days>30</Days><StorageClass>STANDARD_IA</StorageClass></Transition>
              <Transition><Date>2030-01-01T00:00:00.000Z</Date><StorageClass>GLACIER</StorageClass></Transition></Rule>
            <Rule><ID>old</ID><Filter><Prefix></Prefix></Filter><Status>Enabled</Status>
              <NoncurrentVersionTransition><NoncurrentDays>10</NoncurrentDays><StorageClass>DEEP_ARCHIVE</StorageClass>
              <NewerNoncurrentVersions>3</NewerNoncurrentVersions></NoncurrentVersionTransition>
              <NoncurrentVersionExpiration><NoncurrentDays>90</NoncurrentDays></NoncurrentVersionExpiration></Rule>
            <Rule><ID>markers</ID><Filter/><Status>Enabled</Status>
              <Expiration><ExpiredObjectDeleteMarker>true</ExpiredObjectDeleteMarker></Expiration>
              <AbortIncompleteMultipartUpload><DaysAfterInitiation>2</DaysAfterInitiation></AbortIncompleteMultipartUpload></Rule>
            <Rule><ID>lakeproof-p/other/cold</ID><Filter><Tag><Key>tier</Key><Value>cold</Value></Tag></Filter>
              <Status>Enabled</Status><Transition><Days>0</Days><StorageClass>GLACIER_IR</StorageClass></Transition></Rule>
            """;

    private BucketStub stub;
    private Bucket bucket;

    @BeforeEach
    void open() {
        stub = new BucketStub("data");
        bucket = S3Bucket.open(hadoop(stub), "data");
    }

    @AfterEach
    void close() {
        bucket.close();
        stub.close();
    }

    static Configuration hadoop(BucketStub stub) {
        Configuration hadoop = new Configuration(false);
        hadoop.set("fs.s3a.endpoint", stub.endpoint().toString());
        hadoop.set("fs.s3a.endpoint.region", "us-east-1");
        hadoop.set("fs.s3a.path.style.access", "true");
        hadoop.set("fs.s3a.access.key", "any");
        hadoop.set("fs.s3a.secret.key", "any");
        return hadoop;
    }

    private static String configuration(String rules) {
        return "<LifecycleConfiguration xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">" + rules
                + "</LifecycleConfiguration>";
    }

    private static List<TierRule> rules(int days) {
        return TierRule.of(
                new LifecycleConfig(
                        "training",
                        List.of(
                                new Tier("hot", 0, Optional.empty()),
                                new Tier("cold", days, Optional.of(StorageClass.STANDARD_IA)),
                                new Tier("archive", 365, Optional.of(StorageClass.GLACIER))),
                        false,
                        Optional.empty(),
                        200),
                "p/t",
                "clean/t/");
    }

    @Test
    void ourRulesComeChangeAndGoAndThoseOfOthersStayAsTheyWere() {
        List<RuleText> others = RuleText.parse(configuration(OTHERS));
        stub.lifecycle(configuration(OTHERS));
        stub.minimumSize("varies_by_storage_class");

        bucket.replace(bucket.rules(), OURS, rules(90));
        assertThat(bucket.rules())
                .containsAll(others)
                .containsAll(RuleText.of(rules(90)))
                .hasSize(7);
        assertThat(stub.minimumSize()).isEqualTo("varies_by_storage_class");
        bucket.replace(bucket.rules(), OURS, rules(90).subList(1, 2));
        assertThat(bucket.rules())
                .containsAll(others)
                .containsAll(RuleText.of(rules(90).subList(1, 2)))
                .hasSize(6);
        bucket.replace(bucket.rules(), OURS, List.of());

        assertThat(bucket.rules()).containsExactlyInAnyOrderElementsOf(others);
    }

    @Test
    void aBucketWithoutRulesGetsOursAndHasNoneAfterwards() {
        assertThat(bucket.rules()).isEmpty();
        bucket.replace(List.of(), OURS, rules(90));
        assertThat(bucket.rules()).isEqualTo(RuleText.of(rules(90)));
        assertThat(stub.minimumSize()).isNull();

        bucket.replace(bucket.rules(), OURS, List.of());

        assertThat(stub.lifecycle()).isNull();
        assertThat(stub.calls("DeleteBucketLifecycle")).isEqualTo(1);
    }

    @Test
    void whatTheSdkDoesNotKnowIsNotLost() {
        String strange = configuration(
                "<Rule><ID>new</ID><Filter/><Status>Enabled</Status><Later><Days>1</Days></Later></Rule>");
        stub.lifecycle(strange);

        assertThatThrownBy(() -> bucket.replace(bucket.rules(), OURS, rules(90)))
                .isInstanceOf(Failure.Configuration.class)
                .hasMessageContaining("bucket data has a lifecycle rule, \"new\", with a part that this version");
        assertThat(stub.lifecycle()).isEqualTo(strange);
        assertThat(stub.calls("PutBucketLifecycleConfiguration")).isZero();
    }

    @Test
    void aChangeOfOthersInBetweenStopsUs() {
        stub.lifecycle(configuration(OTHERS));
        List<RuleText> seen = bucket.rules();
        stub.lifecycle(configuration(OTHERS.replace("<Days>7</Days>", "<Days>8</Days>")));

        assertThatThrownBy(() -> bucket.replace(seen, OURS, rules(90)))
                .isInstanceOf(Failure.Conflict.class)
                .hasMessageContaining("since they were compared; nothing was written");
        assertThat(stub.calls("PutBucketLifecycleConfiguration")).isZero();
    }

    @Test
    void aRunThatIsStoppedHalfWayIsFinishedWithOneCallForEachObject() {
        int count = 1_200;
        IntStream.range(0, count).forEach(i -> stub.put(key(i), 1, "STANDARD", Map.of("owner", "ml")));
        stub.allow("PutObjectTagging", count / 2);
        List<Reconciler.Wanted> wanted = new ArrayList<>();
        bucket.list("t/")
                .forEach(object -> wanted.add(new Reconciler.Wanted(
                        object.key(),
                        ObjectTags.of(
                                "training",
                                "p/t",
                                new Tier("hot", 0, Optional.empty()),
                                Optional.of("v1"),
                                Optional.of("0123456789abcdef")))));
        assertThat(wanted).hasSize(count);
        Reconciler reconciler = new Reconciler(bucket, new Pace(Clock.systemUTC(), 3_000), 8, true);

        assertThatThrownBy(() -> reconciler.run(wanted)).isInstanceOf(Failure.AccessDenied.class);
        int first = stub.calls("PutObjectTagging");
        stub.allow("PutObjectTagging", Integer.MAX_VALUE);
        Reconciler.Tally second = reconciler.run(wanted);

        assertThat(first).isEqualTo(count / 2);
        assertThat(second).isEqualTo(new Reconciler.Tally(count, first, count - first, 0, 0, List.of()));
        assertThat(IntStream.range(0, count).mapToObj(i -> stub.calls().get("PutObjectTagging " + key(i))))
                .containsOnly(1);
        assertThat(stub.tagsOf(key(7)))
                .isEqualTo(Map.of(
                        "class",
                        "training",
                        "dataset",
                        "p/t",
                        "tier",
                        "hot",
                        "model",
                        "v1",
                        "lineage",
                        "0123456789abcdef",
                        "owner",
                        "ml"));
        stub.forgetCalls();
        assertThat(reconciler.run(wanted).same()).isEqualTo(count);
        assertThat(stub.calls("PutObjectTagging")).isZero();
    }

    private static String key(int i) {
        return String.format("t/event_date=2026-01-01/%05d +&.parquet", i);
    }

    @Test
    void listsClassesAndRestores() {
        stub.put("t/a", 3, "GLACIER", Map.of());
        stub.put("t/b", 4, "STANDARD", Map.of());
        stub.put("u", 5, "STANDARD", Map.of());

        assertThat(bucket.list("t/"))
                .containsExactly(
                        new StoredObject("t/a", 3, Optional.of(StorageClass.GLACIER)),
                        new StoredObject("t/b", 4, Optional.of(StorageClass.STANDARD)));
        assertThat(bucket.state("t/a")).contains(Archive.State.ARCHIVED);
        bucket.restore("t/a", 7, Archive.Speed.BULK);
        bucket.restore("t/a", 7, Archive.Speed.BULK); // in progress: nothing new
        assertThat(bucket.state("t/a")).contains(Archive.State.RESTORING);
        stub.finishRestores();
        assertThat(bucket.state("t/a")).contains(Archive.State.READABLE);
        assertThat(bucket.state("t/b")).contains(Archive.State.READABLE);
        assertThat(bucket.state("t/c")).isEmpty();
        assertThat(bucket.tags("t/c")).isEmpty();
        assertThat(bucket.tag("t/c", Map.of("a", "b"))).isFalse();
    }

    @Test
    void aBucketThatIsNotThereIsAMistakeInTheConfiguration() {
        try (Bucket none = S3Bucket.open(hadoop(stub), "none")) {
            assertThatThrownBy(() -> none.tags("k")).isInstanceOf(Failure.Configuration.class);
            assertThatThrownBy(() -> none.list("").iterator().hasNext()).isInstanceOf(Failure.Configuration.class);
            assertThatThrownBy(none::rules).isInstanceOf(Failure.Configuration.class);
        }
    }
}
