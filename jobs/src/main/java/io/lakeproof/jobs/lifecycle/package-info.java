/** What becomes of a table's objects on S3 as their event dates grow old: tags, rules, cost, restores. */
@NullMarked
package io.lakeproof.jobs.lifecycle;

import org.jspecify.annotations.NullMarked;
