package io.lakeproof.jobs.drill;

import java.util.List;

/** A way to make a version again from what it was made from, in the scratch. */
interface Again {
    /** What would be read, in lines for people. */
    List<String> plan();

    /**
     * Looks whether what would be read can be, before anything is written.
     *
     * @throws io.lakeproof.error.Failure.Archived if some of it lies in an archive of object storage
     */
    void requireReadable();

    /**
     * Makes it, and notes in the findings how it compares with its seal.
     *
     * @throws io.lakeproof.error.Failure.Integrity if what it was made from is no longer there
     */
    void make();
}
