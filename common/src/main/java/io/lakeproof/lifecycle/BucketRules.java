package io.lakeproof.lifecycle;

import java.util.List;

/** The lifecycle configuration of one bucket, which S3 only reads and replaces as a whole. */
public interface BucketRules {
    /** The rules as they are now. */
    List<RuleText> rules();

    /**
     * Replaces our rules and nothing else.
     *
     * @param seen what {@link #rules} gave when the change was decided; if it is not so any more, nothing is written
     * @param idPrefix with which the ids of the rules begin that {@code ours} replace
     * @throws io.lakeproof.error.Failure.Conflict if the configuration has changed since, or is not what was written
     */
    void replace(List<RuleText> seen, String idPrefix, List<TierRule> ours);
}
