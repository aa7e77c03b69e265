/** Tiers by event date, tags, lifecycle rules and what storage costs: what is to be done, without a word to S3. */
@NullMarked
package io.lakeproof.lifecycle;

import org.jspecify.annotations.NullMarked;
