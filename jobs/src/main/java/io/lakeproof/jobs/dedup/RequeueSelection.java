package io.lakeproof.jobs.dedup;

import java.util.Optional;

/**
 * Which refused rows a requeue tries.
 *
 * @param runKey only those that runs with this key, or whose key begins so, refused; empty for those of all runs of the pipeline
 * @param reason only those that were refused for this reason; empty for all reasons
 */
public record RequeueSelection(Optional<String> runKey, Optional<String> reason) {}
