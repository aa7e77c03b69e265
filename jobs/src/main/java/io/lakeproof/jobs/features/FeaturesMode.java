package io.lakeproof.jobs.features;

/** Which of the scope's dates a run builds. */
public enum FeaturesMode {
    /** All of them. */
    SCOPE,
    /** Those that no run has built for this model version. */
    MISSING,
    /** Those whose rows can differ from what is stored, since their inputs or the settings changed, or nothing is stored. */
    CHANGED
}
