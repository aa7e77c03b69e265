package io.lakeproof.model;

import java.util.List;

/** The inputs of a run, sorted by path; the order in which a store lists them never matters. */
public record Manifest(List<InputFile> files) {
    public Manifest {
        files = files.stream().sorted().distinct().toList();
    }

    public long bytes() {
        return files.stream().mapToLong(InputFile::length).sum();
    }

    public List<String> paths() {
        return files.stream().map(InputFile::path).toList();
    }
}
