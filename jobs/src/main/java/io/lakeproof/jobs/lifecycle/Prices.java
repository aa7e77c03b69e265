package io.lakeproof.jobs.lifecycle;

import io.lakeproof.config.LifecycleConfig;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.PriceTable;
import io.lakeproof.error.Failure;
import io.lakeproof.lifecycle.Tiering;
import io.lakeproof.run.RunContext;
import io.lakeproof.run.TextFiles;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.apache.hadoop.conf.Configuration;

/** The table of prices that a pipeline names, or the one that is built in. */
final class Prices {
    private static final String BUILT_IN = "s3-us-east-1.conf";

    private Prices() {}

    static PriceTable of(RunContext context, PipelineConfig pipeline, LifecycleConfig config) {
        return config.prices()
                .map(path -> read(path, pipeline, context.hadoop()))
                .orElseGet(Prices::builtIn);
    }

    static PriceTable read(String path, PipelineConfig pipeline, Configuration hadoop) {
        try {
            return PriceTable.load(path, TextFiles.read(path, hadoop));
        } catch (Failure.Usage | IOException e) {
            throw pipeline.problem(
                    "lifecycle.prices",
                    "= \"" + path + "\" cannot be read: " + e.getMessage(),
                    "Name a table like conf/prices/" + BUILT_IN + ", or delete the setting to use that one.");
        }
    }

    static PriceTable builtIn() {
        try (InputStream in = Tiering.class.getResourceAsStream(BUILT_IN)) {
            if (in == null) {
                throw new IllegalStateException(BUILT_IN + " is not in the jar");
            }
            return PriceTable.load(BUILT_IN, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
