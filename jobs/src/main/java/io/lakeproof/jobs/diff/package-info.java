/** What differs between two versions or two tables. */
@NullMarked
package io.lakeproof.jobs.diff;

import org.jspecify.annotations.NullMarked;
