package io.lakeproof.jobs.verify;

import io.lakeproof.digest.MultisetDigest;
import io.lakeproof.digest.TableDigest;
import io.lakeproof.lineage.Seal;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeSet;

/** What was read against what was sealed. */
final class Comparison {
    static final String SCHEMA = "(schema)";

    private Comparison() {}

    /**
     * Adds what differs to {@code bad}.
     *
     * @param bad what is wrong already, by partition: these are not compared
     */
    static void compare(Seal seal, TableDigest found, Map<String, String> bad) {
        SortedMap<String, MultisetDigest> sealed = seal.digest().partitions();
        TreeSet<String> paths = new TreeSet<>(sealed.keySet());
        paths.addAll(found.partitions().keySet());
        paths.removeAll(bad.keySet());
        for (String path : paths) {
            MultisetDigest was = sealed.getOrDefault(path, MultisetDigest.EMPTY);
            MultisetDigest is = found.partitions().getOrDefault(path, MultisetDigest.EMPTY);
            if (!was.equals(is)) {
                bad.put(path, is.differenceFrom(was));
            }
        }
        if (!found.schemaDigest().equals(seal.digest().schemaDigest())) {
            bad.put(SCHEMA, "columns or types are not those that were sealed");
        }
    }
}
