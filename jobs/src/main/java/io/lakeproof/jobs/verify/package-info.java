/** Stored content against its seal. */
@NullMarked
package io.lakeproof.jobs.verify;

import org.jspecify.annotations.NullMarked;
