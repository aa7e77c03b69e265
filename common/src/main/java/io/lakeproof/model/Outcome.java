package io.lakeproof.model;

/** How a run ended. */
public enum Outcome {
    /** A new version was committed. */
    COMMITTED,
    /** A run with this run key had committed before; nothing was written. */
    REPLAYED,
    /** A new version was committed that supersedes what an earlier run had made of older inputs or another configuration. */
    REPLACED,
    /** There was nothing to publish. */
    EMPTY,
    /** The command did its work and writes no table: a check, a report, a dry run. */
    DONE,
    FAILED
}
