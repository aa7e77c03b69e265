package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.quoted;

import org.apache.spark.sql.Column;

/** What becomes of a row that competes for its key. */
@SuppressWarnings("EnumOrdinal") // the numbers stay within one run
enum Fate {
    /** It is in the table and stays. */
    STORED,
    /** It is new, and enters the table under a key that the table does not have. */
    KEPT,
    /** It is new, and takes the place of a stored row. */
    REPLACES,
    /** It is new, shares only the key with the survivor, and lost. */
    CONFLICT,
    /** It is in the table, and gives way to a new row. */
    DISPLACED;

    /** INT: the column that holds the ordinal of a row's fate. */
    static final String COLUMN = "_lakeproof_fate";

    /** Rows that enter the table. */
    static Column enters() {
        return KEPT.isIt().or(REPLACES.isIt());
    }

    /** Rows that the table has in the end. */
    static Column survives() {
        return STORED.isIt().or(enters());
    }

    /** Rows that share only the key with the survivor. */
    static Column loses() {
        return CONFLICT.isIt().or(DISPLACED.isIt());
    }

    /** True if a row whose column holds this number is of this fate. */
    boolean has(int number) {
        return ordinal() == number;
    }

    /** Rows of this fate. */
    Column isIt() {
        return quoted(COLUMN).equalTo(ordinal());
    }
}
