/** What the ledger says of a table. */
@NullMarked
package io.lakeproof.jobs.lineage;

import org.jspecify.annotations.NullMarked;
