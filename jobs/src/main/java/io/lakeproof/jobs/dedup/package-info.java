/** Raw events to the clean table: one row a key, quarantined rows with their reasons, every version sealed. */
@NullMarked
package io.lakeproof.jobs.dedup;

import org.jspecify.annotations.NullMarked;
