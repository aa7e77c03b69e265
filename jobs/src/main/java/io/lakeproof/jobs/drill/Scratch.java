package io.lakeproof.jobs.drill;

import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.TablePaths;
import io.lakeproof.config.WindowConfig;
import io.lakeproof.error.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;

/** The folder of a drill, with tables and a ledger of its own: nothing outside of it is written. */
final class Scratch {
    private final Path folder;
    private final Configuration hadoop;

    Scratch(String folder, Configuration hadoop) {
        this.folder = new Path(folder);
        this.hadoop = hadoop;
    }

    /** The restored version. */
    String restored() {
        return path("restored");
    }

    /** A version of the table that features are made of, to make them again. */
    String source(long version) {
        return path("source/version-" + version);
    }

    String ledger() {
        return path("_lakeproof/ledger");
    }

    /** The clean table, made again. */
    String clean() {
        return path("recomputed/clean");
    }

    String windowed() {
        return path("recomputed/windowed");
    }

    /** The features, made again of a version of their source. */
    String features(long sourceVersion) {
        return path("recomputed/features-of-version-" + sourceVersion);
    }

    /** A pipeline that makes the clean table here. */
    PipelineConfig cleanPipeline(PipelineConfig pipeline, boolean withWindow) {
        return pipeline.at(new TablePaths(
                clean(),
                withWindow ? Optional.of(windowed()) : Optional.empty(),
                clean(),
                path("recomputed/features"),
                ledger(),
                path("_lakeproof/quarantine")));
    }

    /** A pipeline that makes features here, of a restored version of their source. */
    PipelineConfig featuresPipeline(PipelineConfig pipeline, long sourceVersion) {
        return pipeline.at(new TablePaths(
                source(sourceVersion),
                Optional.empty(),
                source(sourceVersion),
                features(sourceVersion),
                ledger(),
                path("_lakeproof/quarantine")));
    }

    /**
     * Fails unless the folder is apart from everything that the pipeline has.
     *
     * @param others further tables that must not be touched
     * @throws Failure.Usage if it is not, or if there is something in it
     */
    void requireApart(PipelineConfig pipeline, List<String> others) {
        List<String> tables = new ArrayList<>(others);
        tables.add(pipeline.dedup().target());
        pipeline.dedup().window().map(WindowConfig::target).ifPresent(tables::add);
        pipeline.features().ifPresent(features -> tables.addAll(List.of(features.source(), features.target())));
        tables.addAll(List.of(pipeline.ledgerPath(), pipeline.quarantinePath(), pipeline.pinsPath()));
        for (String table : tables) {
            String other = qualified(new Path(table)) + "/";
            String own = qualified(folder) + "/";
            if (own.startsWith(other) || other.startsWith(own)) {
                throw new Failure.Usage(
                        "--scratch " + folder + " and " + table + " lie in one another",
                        "Name a folder of its own, on a disk or bucket with room for the table.");
            }
        }
        requireEmpty();
    }

    private void requireEmpty() {
        try {
            FileSystem files = folder.getFileSystem(hadoop);
            if (files.exists(folder)) {
                FileStatus[] there = files.listStatus(folder);
                if (there.length > 0) {
                    throw new Failure.Usage(
                            "--scratch " + folder + " is not empty: "
                                    + there[0].getPath().getName() + " is there",
                            "Name a new folder, or delete this one if an earlier drill left it.");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Bytes of a table here, without its log. */
    long bytes(String table) {
        try {
            Path path = new Path(table);
            FileSystem files = path.getFileSystem(hadoop);
            return files.getContentSummary(path).getLength()
                    - files.getContentSummary(new Path(path, "_delta_log")).getLength();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete() {
        try {
            folder.getFileSystem(hadoop).delete(folder, true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String qualified(Path path) {
        try {
            return path.getFileSystem(hadoop).makeQualified(path).toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String path(String name) {
        return new Path(folder, name).toString();
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
