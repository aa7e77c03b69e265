package io.lakeproof.aws;

import io.lakeproof.aws.hook.TagsAtCreation;
import io.lakeproof.config.CurateConfig;
import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.WindowConfig;
import io.lakeproof.lifecycle.CreationTags;
import io.lakeproof.lifecycle.ObjectTags;
import io.lakeproof.lifecycle.S3Location;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.util.VersionInfo;

/** What is to be set for S3A, so that it tags the objects of a pipeline's tables when it writes them. */
public final class CreationTagSettings {
    private static final String INTERCEPTORS = "fs.s3a.audit.execution.interceptors";

    private CreationTagSettings() {}

    /**
     * The settings.
     *
     * @param asOf the day of the run
     * @param platform what is set already; interceptors that it names stay
     * @return nothing for a pipeline without {@code lifecycle} or without tables on S3, and before Hadoop 3.4, whose S3A has no
     *     such hook
     */
    public static Map<String, String> of(PipelineConfig pipeline, LocalDate asOf, Configuration platform) {
        List<CreationTags.Table> tables = paths(pipeline)
                .flatMap(path -> S3Path.of(path).stream())
                .map(path -> new S3Location(path.bucket(), path.prefix()))
                .map(table -> new CreationTags.Table(ObjectTags.dataset(pipeline.name(), table), table))
                .toList();
        if (pipeline.lifecycle().isEmpty()
                || tables.isEmpty()
                || S3aSettings.isBefore(VersionInfo.getVersion(), 3, 4, 0)) {
            return Map.of();
        }
        Map<String, String> settings = new TreeMap<>();
        settings.put(
                TagsAtCreation.SETTING, new CreationTags(pipeline.lifecycle().get(), asOf, tables).text());
        String hook = TagsAtCreation.class.getName();
        String others = platform.getTrimmed(INTERCEPTORS, "");
        settings.put(INTERCEPTORS, others.contains(hook) ? others : others.isEmpty() ? hook : others + "," + hook);
        settings.put("fs.s3a.audit.enabled", "true");
        return settings;
    }

    private static Stream<String> paths(PipelineConfig pipeline) {
        return Stream.of(
                        Optional.of(pipeline.dedup().target()),
                        pipeline.dedup().window().map(WindowConfig::target),
                        pipeline.features().map(FeaturesConfig::target),
                        pipeline.curate().map(CurateConfig::target))
                .flatMap(Optional::stream);
    }
}
