package io.lakeproof.posture;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** What a bucket said when it was asked for one of its settings. */
public sealed interface Answer<T> {
    /**
     * The findings of a check that needs the answer.
     *
     * @param judgement of an answer that is known
     */
    List<Finding> judged(String check, String bucket, Function<T, List<Finding>> judgement);

    /** The setting; empty if the bucket did not tell. */
    Optional<T> known();

    /** The setting. */
    record Known<T>(T value) implements Answer<T> {
        @Override
        public List<Finding> judged(String check, String bucket, Function<T, List<Finding>> judgement) {
            return judgement.apply(value);
        }

        @Override
        public Optional<T> known() {
            return Optional.of(value);
        }
    }

    /**
     * The caller may not know.
     *
     * @param permission that is missing, {@code s3:GetBucketVersioning}
     */
    record Denied<T>(String permission) implements Answer<T> {
        @Override
        public List<Finding> judged(String check, String bucket, Function<T, List<Finding>> judgement) {
            return List.of(new Finding(
                    check,
                    Severity.WARNING,
                    bucket,
                    "not checked: permission " + permission + " is missing",
                    "Nobody knows whether this setting protects the tables.",
                    "Allow " + permission + " on arn:aws:s3:::" + bucket + " (docs/iam/doctor.json), then run again."));
        }

        @Override
        public Optional<T> known() {
            return Optional.empty();
        }
    }

    /**
     * The server has no such call, or not as S3 has it.
     *
     * @param said code and status
     */
    record Unsupported<T>(String said) implements Answer<T> {
        @Override
        public List<Finding> judged(String check, String bucket, Function<T, List<Finding>> judgement) {
            return List.of(new Finding(
                    check,
                    Severity.INFO,
                    bucket,
                    "not checked: the server does not tell (" + said + ")",
                    "It has no such setting, or another way to ask for it.",
                    "Look in the documentation of the server."));
        }

        @Override
        public Optional<T> known() {
            return Optional.empty();
        }
    }
}
