package io.lakeproof.jobs.lineage;

import io.lakeproof.lineage.Seal;
import io.lakeproof.lineage.SealedInput;
import io.lakeproof.model.InputFile;
import io.lakeproof.run.Version;
import io.lakeproof.source.InputListing;
import io.openlineage.client.OpenLineage;
import io.openlineage.client.utils.DatasetIdentifier;
import io.openlineage.client.utils.UUIDUtils;
import io.openlineage.client.utils.filesystem.FilesystemDatasetUtils;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.sql.types.StructField;
import org.apache.spark.sql.types.StructType;
import org.jspecify.annotations.Nullable;

/**
 * A seal as the COMPLETE event of OpenLineage 2-0-2 (OpenLineage.json, {@code RunEvent}). The event is a function of the seal
 * alone: whoever gets it twice gets the same run twice.
 */
final class SealEvents {
    private static final URI PRODUCER = URI.create("urn:lakeproof:" + Version.NUMBER);
    private static final OpenLineage LINEAGE = new OpenLineage(PRODUCER);

    private final Configuration hadoop;
    private final Function<Seal, Optional<StructType>> schemas;
    private final Function<InputFile, Optional<Seal>> sealsOfInputs;

    /**
     * Of one ledger.
     *
     * @param schemas the columns of a sealed version, if it can still be read
     * @param sealsOfInputs the seal of a table that was read, if the ledger has it
     */
    SealEvents(
            Configuration hadoop,
            Function<Seal, Optional<StructType>> schemas,
            Function<InputFile, Optional<Seal>> sealsOfInputs) {
        this.hadoop = hadoop;
        this.schemas = schemas;
        this.sealsOfInputs = sealsOfInputs;
    }

    /** The event of a seal. */
    OpenLineage.RunEvent of(Seal seal) {
        List<OpenLineage.InputDataset> inputs = new ArrayList<>();
        seal.inputs().stream().filter(input -> !input.isGone()).forEach(input -> inputs.add(input(input)));
        return LINEAGE.newRunEventBuilder()
                .eventTime(seal.sealedAt().atZone(ZoneOffset.UTC))
                .eventType(OpenLineage.RunEvent.EventType.COMPLETE)
                .run(LINEAGE.newRunBuilder().runId(runId(seal)).build())
                .job(LINEAGE.newJobBuilder()
                        .namespace(seal.pipeline())
                        .name(seal.job())
                        .facets(LINEAGE.newJobFacetsBuilder()
                                .jobType(LINEAGE.newJobTypeJobFacetBuilder()
                                        .processingType("BATCH")
                                        .integration("LAKEPROOF")
                                        .jobType("JOB")
                                        .build())
                                .build())
                        .build())
                .inputs(inputs)
                .outputs(List.of(output(seal)))
                .build();
    }

    /** The same for the same seal, ordered by time, and unlike that of any other seal. */
    static UUID runId(Seal seal) {
        return UUIDUtils.generateStaticUUID(seal.sealedAt(), seal.hex().getBytes(StandardCharsets.US_ASCII));
    }

    private OpenLineage.OutputDataset output(Seal seal) {
        DatasetIdentifier name = name(qualified(seal.tablePath()));
        OpenLineage.DatasetFacetsBuilder facets = LINEAGE.newDatasetFacetsBuilder()
                .version(LINEAGE.newDatasetVersionDatasetFacet(String.valueOf(seal.version())))
                .put(DigestFacet.NAME, DigestFacet.ofOutput(PRODUCER, seal));
        schemas.apply(seal).ifPresent(schema -> facets.schema(schema(schema)));
        return LINEAGE.newOutputDatasetBuilder()
                .namespace(name.getNamespace())
                .name(name.getName())
                .facets(facets.build())
                .outputFacets(LINEAGE.newOutputDatasetOutputFacetsBuilder()
                        .outputStatistics(LINEAGE.newOutputStatisticsOutputDatasetFacetBuilder()
                                .rowCount(seal.counts().kept() + seal.counts().replaced())
                                .build())
                        .build())
                .build();
    }

    private OpenLineage.InputDataset input(SealedInput input) {
        InputFile file = input.file();
        DatasetIdentifier name = name(file.isTable() ? qualified(file.path()) : uri(file.path()));
        OpenLineage.DatasetFacetsBuilder facets =
                LINEAGE.newDatasetFacetsBuilder().version(LINEAGE.newDatasetVersionDatasetFacet(version(file)));
        OpenLineage.InputDatasetBuilder dataset =
                LINEAGE.newInputDatasetBuilder().namespace(name.getNamespace()).name(name.getName());
        if (file.isTable()) {
            sealsOfInputs
                    .apply(file)
                    .ifPresent(seal -> facets.put(DigestFacet.NAME, DigestFacet.ofInput(PRODUCER, seal)));
        } else {
            dataset.inputFacets(LINEAGE.newInputDatasetInputFacetsBuilder()
                    .inputStatistics(LINEAGE.newInputStatisticsInputDatasetFacetBuilder()
                            .size(file.length())
                            .fileCount(1L)
                            .build())
                    .build());
        }
        return dataset.facets(facets.build()).build();
    }

    /** Of a table, its version; of a file, what the store tells its content by. */
    private static String version(InputFile file) {
        @Nullable String etag = file.etag();
        if (file.isTable()) {
            return String.valueOf(file.length());
        }
        return etag != null ? etag : file.length() + "-" + file.modifiedMillis();
    }

    private static OpenLineage.SchemaDatasetFacet schema(StructType schema) {
        StructField[] fields = schema.fields();
        return LINEAGE.newSchemaDatasetFacet(Arrays.stream(fields)
                .map(field -> LINEAGE.newSchemaDatasetFacetFieldsBuilder()
                        .name(field.name())
                        .type(field.dataType().catalogString())
                        .ordinal_position(schema.fieldIndex(field.name()) + 1L)
                        .build())
                .toList());
    }

    /** The namespace and name that OpenLineage's naming conventions give to a path: {@code s3://bucket} and the key. */
    static DatasetIdentifier name(URI location) {
        return FilesystemDatasetUtils.fromLocation(location);
    }

    private static URI uri(String path) {
        return URI.create(InputListing.toUri(path));
    }

    /** A table's path as it was configured may be relative, or of the default file system. */
    private URI qualified(String path) {
        Path table = new Path(path);
        try {
            return table.getFileSystem(hadoop).makeQualified(table).toUri();
        } catch (IOException | IllegalArgumentException e) {
            return table.toUri(); // a file system that is not set up here still names the table
        }
    }
}
