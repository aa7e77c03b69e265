/** Rows of a sealed table, selected by SQL, into a curated table. */
@NullMarked
package io.lakeproof.jobs.curate;

import org.jspecify.annotations.NullMarked;
