package io.lakeproof.jobs.dedup;

import static io.lakeproof.digest.CanonicalForm.quoted;

import org.apache.spark.sql.Column;

/** What becomes of a row that competes for its key. */
enum Fate {
    /** It is in the table and stays. */
    STORED(0),
    /** It is new, and enters the table under a key that the table does not have. */
    KEPT(1),
    /** It is new, and takes the place of a stored row. */
    REPLACES(2),
    /** It is new, shares only the key with the survivor, and lost. */
    CONFLICT(3),
    /** It is in the table, and gives way to a new row. */
    DISPLACED(4);

    /** INT: the column that holds the code of a row's fate. */
    static final String COLUMN = "_lakeproof_fate";

    final int code;

    Fate(int code) {
        this.code = code;
    }

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

    /** Rows of this fate. */
    Column isIt() {
        return quoted(COLUMN).equalTo(code);
    }
}
