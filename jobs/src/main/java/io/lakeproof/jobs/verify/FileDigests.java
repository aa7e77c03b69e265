package io.lakeproof.jobs.verify;

import io.lakeproof.delta.DataFile;
import io.lakeproof.digest.MultisetDigest;
import java.util.Collection;
import java.util.Map;
import org.apache.spark.sql.types.StructType;

/** Where the digests of data files come from. */
interface FileDigests {
    /**
     * The digests of files.
     *
     * @param files plain files of the table
     * @param schema of the rows, partition columns included
     * @param bad what is wrong, by path: these files are left out, and those that cannot be read are added
     * @return by path; a file without rows is left out
     */
    Map<String, MultisetDigest> digests(Collection<DataFile> files, StructType schema, Map<String, String> bad);
}
