/** A long scope of a job that builds dates, in chunks. */
@NullMarked
package io.lakeproof.jobs.backfill;

import org.jspecify.annotations.NullMarked;
