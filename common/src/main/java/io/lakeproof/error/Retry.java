package io.lakeproof.error;

/** What an orchestrator may do with a failed run. */
public enum Retry {
    /** The same call fails again until somebody changes something. */
    NEVER,
    /** Nothing was published; the same call may succeed later. */
    SAFE,
    /** The outcome is unknown; the same call finds out, because it looks for its own commit first. */
    VERIFY_FIRST
}
