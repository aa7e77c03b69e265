/** What is in the quarantine, for people and machines. */
@NullMarked
package io.lakeproof.jobs.quarantine;

import org.jspecify.annotations.NullMarked;
