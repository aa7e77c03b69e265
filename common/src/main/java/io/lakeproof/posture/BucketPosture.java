package io.lakeproof.posture;

import io.lakeproof.lifecycle.RuleText;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * The settings of one bucket.
 *
 * @param clock empty if no answer had a date
 */
public record BucketPosture(
        String bucket, Safety safety, Access access, Answer<Rules> rules, Optional<ClockReading> clock) {

    /** What outlives a mistake. */
    public record Safety(Answer<Versioning> versioning, Answer<Lock> lock, Answer<List<Replica>> replicas) {}

    /**
     * Who reads and writes, and how.
     *
     * @param encryption empty: none by default
     * @param policy the JSON document; empty: none
     * @param isPublic by the bucket's policy, as S3 judges it
     * @param unblocked the settings of the public access block that are off
     */
    public record Access(
            Answer<Optional<Encryption>> encryption,
            Answer<Optional<String>> policy,
            Answer<Boolean> isPublic,
            Answer<SortedSet<String>> unblocked) {
        /** The four settings of a public access block, as the API calls them. */
        public static final List<String> BLOCKS =
                List.of("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets");

        /** Those that are not among some that are on. */
        public static SortedSet<String> unblocked(List<String> on) {
            SortedSet<String> off = new TreeSet<>(BLOCKS);
            off.removeAll(on);
            return off;
        }
    }

    /** Whether older versions of objects are kept. */
    public enum Versioning {
        OFF,
        SUSPENDED,
        ENABLED
    }

    /**
     * Whether versions of objects can be locked.
     *
     * @param mode of the default retention, {@code GOVERNANCE} or {@code COMPLIANCE}; empty if there is no default
     * @param period of it, {@code 30 days}
     */
    public record Lock(boolean isOn, Optional<String> mode, String period) {
        /** No object lock at all. */
        public static final Lock OFF = new Lock(false, Optional.empty(), "");
    }

    /**
     * A rule that copies new objects to another bucket.
     *
     * @param prefix of the keys; empty for all
     * @param isWhole false if it takes only objects with some tags
     * @param target ARN of the other bucket
     */
    public record Replica(boolean isEnabled, String prefix, boolean isWhole, String target) {}

    /**
     * What encrypts an object whose writer asks for nothing.
     *
     * @param algorithm {@code AES256}, {@code aws:kms} or {@code aws:kms:dsse}
     * @param key id, ARN or alias; empty for the one that AWS manages
     * @param isBucketKey whether one data key serves many objects
     */
    public record Encryption(String algorithm, Optional<String> key, boolean isBucketKey) {}

    /**
     * The lifecycle configuration.
     *
     * @param texts the same rules, to be compared
     */
    public record Rules(List<LifecycleRule> rules, List<RuleText> texts) {
        public Rules {
            rules = List.copyOf(rules);
            texts = List.copyOf(texts);
        }
    }
}
