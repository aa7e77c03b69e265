package io.lakeproof.jobs.verify;

/** How deep a verification looks. */
public enum Level {
    /** The files of the log agree with each other, and every data file is there with the logged size. */
    LOG,
    /** The same, and every Parquet file is read whole: magic numbers, footer, and the checksum of each page. */
    BYTES,
    /** The data files are there, and every row is digested and compared with the seals. */
    CONTENT
}
