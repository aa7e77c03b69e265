package io.lakeproof.jobs.lineage;

import io.lakeproof.digest.TableDigest;
import io.lakeproof.lineage.Seal;
import io.lakeproof.model.Counts;
import io.lakeproof.model.ModelVersion;
import io.openlineage.client.OpenLineage;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The facet {@code lakeproof_digest} of a data set: the content of a sealed version, by which anyone who has the rows can check
 * them. docs/openlineage/LakeproofDigestDatasetFacet.json is its schema.
 */
final class DigestFacet extends OpenLineage.DefaultDatasetFacet {
    static final String NAME = "lakeproof_digest";

    /** Of the version of the schema that this code follows; the file has no public address, so this names and does not locate. */
    static final URI SCHEMA = URI.create(
            "urn:lakeproof:openlineage:1-0-0:LakeproofDigestDatasetFacet.json#/$defs/LakeproofDigestDatasetFacet");

    private DigestFacet(URI producer) {
        super(producer, null);
    }

    @Override
    public URI get_schemaURL() {
        return SCHEMA;
    }

    /** All that the seal of an output says of its content and of its run. */
    static DigestFacet ofOutput(URI producer, Seal seal) {
        DigestFacet facet = ofInput(producer, seal);
        Map<String, Object> fields = facet.getAdditionalProperties();
        fields.put("runKey", seal.runKey());
        fields.put("runId", seal.runId());
        fields.put("outcome", seal.outcome().name());
        fields.put("versionBefore", seal.versionBefore());
        fields.put("previousSeal", seal.previous());
        fields.put("configDigest", seal.configDigest());
        seal.model().ifPresent(model -> fields.put("model", model(model)));
        fields.put("counts", counts(seal.counts()));
        fields.put("partitions", partitions(seal.digest()));
        return facet;
    }

    /** What identifies the content of a sealed version that was read. */
    static DigestFacet ofInput(URI producer, Seal seal) {
        DigestFacet facet = new DigestFacet(producer);
        Map<String, Object> fields = facet.getAdditionalProperties();
        fields.put("digestVersion", TableDigest.VERSION);
        fields.put("digest", seal.digest().hex());
        fields.put("schemaDigest", seal.digest().schemaDigest());
        fields.put("rows", seal.digest().rows());
        fields.put("tableId", seal.tableId());
        fields.put("version", seal.version());
        fields.put("sealNumber", seal.sequence());
        fields.put("seal", seal.hex());
        return facet;
    }

    private static Map<String, String> model(ModelVersion model) {
        return Map.of("name", model.name(), "definitions", model.definitions());
    }

    private static Map<String, Object> counts(Counts counts) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("read", counts.read());
        fields.put("kept", counts.kept());
        fields.put("replaced", counts.replaced());
        fields.put("exactDuplicates", counts.exactDuplicates());
        fields.put("conflictDuplicates", counts.conflictDuplicates());
        fields.put("quarantined", counts.quarantined());
        return fields;
    }

    private static List<Map<String, @Nullable Object>> partitions(TableDigest digest) {
        List<Map<String, @Nullable Object>> partitions = new ArrayList<>();
        digest.partitions().forEach((path, rows) -> {
            Map<String, @Nullable Object> partition = new LinkedHashMap<>();
            partition.put("path", path);
            partition.put("rows", rows.count());
            partition.put("digest", TableDigest.partitionDigest(rows));
            partitions.add(partition);
        });
        return partitions;
    }
}
