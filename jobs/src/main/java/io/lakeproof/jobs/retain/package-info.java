/** Pins of versions, and the deletion of files that no pinned and no promised version needs. */
@NullMarked
package io.lakeproof.jobs.retain;

import org.jspecify.annotations.NullMarked;
