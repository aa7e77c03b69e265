package io.lakeproof.jobs.recover;

/**
 * A sealed table, and the tables that say what is known of it.
 *
 * @param pipeline its name, noted with what is written
 * @param table path of the table
 * @param ledger path of the table of seals
 * @param pins path of the table of pins
 */
public record SealedPaths(String pipeline, String table, String ledger, String pins) {}
