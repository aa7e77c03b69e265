/** Seals and the ledger that holds them. */
@NullMarked
package io.lakeproof.lineage;

import org.jspecify.annotations.NullMarked;
