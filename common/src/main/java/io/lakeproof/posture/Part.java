package io.lakeproof.posture;

/** What a lifecycle rule can touch of what is stored. */
enum Part {
    /** {@code _delta_log} of a table. */
    LOG,
    /** Data files of a table. */
    DATA,
    /** The tables of seals, pins and refused rows, all of whose files are needed for ever. */
    RECORDS,
    /** Raw input, from which dates are built anew. */
    INPUT
}
