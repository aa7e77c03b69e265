package io.lakeproof.aws;

import io.lakeproof.error.Failure;
import io.lakeproof.lifecycle.Bucket;
import io.lakeproof.lifecycle.RuleText;
import io.lakeproof.lifecycle.StoredObject;
import io.lakeproof.lifecycle.TierRule;
import io.lakeproof.model.StorageClass;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.apache.hadoop.conf.Configuration;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GlacierJobParameters;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.RestoreRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.model.Tag;
import software.amazon.awssdk.services.s3.model.Tagging;
import software.amazon.awssdk.services.s3.model.Tier;

/** A bucket as S3 has it. */
public final class S3Bucket implements Bucket {
    private final S3Client s3;
    private final String bucket;

    S3Bucket(S3Client s3, String bucket) {
        this.s3 = s3;
        this.bucket = bucket;
    }

    /** Reaches a bucket as S3A does by these settings, and slows down when S3 says that it is too much. */
    public static Bucket open(Configuration hadoop, String bucket) {
        Configuration adaptive = new Configuration(hadoop);
        adaptive.set("lakeproof.s3.retry-mode", "adaptive");
        return new S3Bucket(S3Clients.of(adaptive, bucket), bucket);
    }

    @Override
    public Iterable<StoredObject> list(String prefix) {
        Iterable<S3Object> pages = s3.listObjectsV2Paginator(
                        request -> request.bucket(bucket).prefix(prefix))
                .contents();
        return () -> {
            Iterator<S3Object> objects = call("list " + prefix, pages::iterator);
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return call("list " + prefix, objects::hasNext);
                }

                @Override
                public StoredObject next() {
                    S3Object object = call("list " + prefix, objects::next);
                    return new StoredObject(
                            object.key(), object.size(), StorageClass.named(orEmpty(object.storageClassAsString())));
                }
            };
        };
    }

    @Override
    public Optional<Map<String, String>> tags(String key) {
        return found(
                        "the tags of " + key,
                        () -> s3.getObjectTagging(
                                request -> request.bucket(bucket).key(key)))
                .map(response -> {
                    Map<String, String> tags = new TreeMap<>();
                    response.tagSet().forEach(tag -> tags.put(tag.key(), tag.value()));
                    return tags;
                });
    }

    @Override
    public boolean tag(String key, Map<String, String> tags) {
        List<Tag> set = tags.entrySet().stream()
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
        return found(
                        "the tags of " + key,
                        () -> s3.putObjectTagging(request -> request.bucket(bucket)
                                .key(key)
                                .tagging(Tagging.builder().tagSet(set).build())))
                .isPresent();
    }

    @Override
    public Optional<State> state(String key) {
        return found(key, () -> s3.headObject(request -> request.bucket(bucket).key(key)))
                .map(S3Bucket::state);
    }

    private static State state(HeadObjectResponse head) {
        String restore = orEmpty(head.restore());
        Copy copy = restore.contains("ongoing-request=\"false\"")
                ? Copy.THERE
                : restore.contains("ongoing-request=\"true\"") ? Copy.ON_ITS_WAY : Copy.NONE;
        return State.of(StorageClass.named(orEmpty(head.storageClassAsString())), copy);
    }

    @Override
    public void restore(String key, int days, Speed speed) {
        Tier tier = switch (speed) {
            case EXPEDITED -> Tier.EXPEDITED;
            case STANDARD -> Tier.STANDARD;
            case BULK -> Tier.BULK;
        };
        RestoreRequest request = RestoreRequest.builder()
                .days(days)
                .glacierJobParameters(GlacierJobParameters.builder().tier(tier).build())
                .build();
        call("restore " + key, () -> {
            try {
                return s3.restoreObject(
                        restore -> restore.bucket(bucket).key(key).restoreRequest(request));
            } catch (S3Exception e) {
                if (e.awsErrorDetails() != null
                        && "RestoreAlreadyInProgress".equals(e.awsErrorDetails().errorCode())) {
                    return e; // Somebody else has asked for it since we looked.
                }
                throw e;
            }
        });
    }

    @Override
    public List<RuleText> rules() {
        return call("the lifecycle rules of the bucket", () -> LifecycleConfigurations.read(s3, bucket))
                .rules();
    }

    @Override
    public void replace(List<RuleText> seen, String idPrefix, List<TierRule> ours) {
        call("the lifecycle rules of the bucket", () -> {
            LifecycleConfigurations.replace(s3, bucket, seen, idPrefix, ours);
            return bucket;
        });
    }

    @Override
    public void close() {
        s3.close();
    }

    private <T> Optional<T> found(String what, Supplier<T> call) {
        return call(what, () -> {
            try {
                return Optional.of(call.get());
            } catch (NoSuchKeyException e) {
                return Optional.empty();
            } catch (S3Exception e) {
                boolean noBucket = e.awsErrorDetails() != null
                        && "NoSuchBucket".equals(e.awsErrorDetails().errorCode());
                if (e.statusCode() == 404 && !noBucket) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    private <T> T call(String what, Supplier<T> call) {
        try {
            return call.get();
        } catch (SdkException e) {
            throw failure(what, e);
        }
    }

    private Failure failure(String what, SdkException e) {
        return S3Failures.of(e, "s3://" + bucket + ", " + what);
    }

    private static String orEmpty(@org.jspecify.annotations.Nullable String text) {
        return text == null ? "" : text;
    }
}
