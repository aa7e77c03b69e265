package io.lakeproof.source;

import io.lakeproof.config.SourceConfig;
import io.lakeproof.error.Failure;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import io.lakeproof.model.Manifest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.EtagSource;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.jspecify.annotations.Nullable;

/**
 * Lists the files of a source: which of them a scope reads, and what tells their contents from others'. Names that start with
 * {@code _} or {@code .} are not input, as everywhere in Spark.
 */
public final class InputListing {
    private static final String ANY_DATE = "[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]";

    private final SourceConfig source;
    private final DateScope scope;
    private final Configuration hadoop;

    public InputListing(SourceConfig source, DateScope scope, Configuration hadoop) {
        this.source = source;
        this.scope = scope;
        this.hadoop = hadoop;
    }

    /** True if the paths name dates, so that the scope chooses files; otherwise it chooses rows. */
    public boolean isByDate() {
        return source.paths().stream().anyMatch(path -> path.contains(SourceConfig.DATE));
    }

    /** True if an input may have a path without a date. */
    public boolean hasPathsWithoutDate() {
        return source.paths().stream().anyMatch(path -> !path.contains(SourceConfig.DATE));
    }

    /** For each path that names dates a pattern of its qualified files, for {@link DatedPaths#dateIn}. */
    public List<Pattern> datePatterns() {
        List<Pattern> patterns = new ArrayList<>();
        try {
            for (String path : source.paths()) {
                if (path.contains(SourceConfig.DATE)) {
                    patterns.add(pattern(path));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return patterns;
    }

    /** The path as manifests spell it, of a path that Spark spells as a URI. */
    public static String ofUri(String uri) {
        return new Path(URI.create(uri)).toString();
    }

    /** The inverse of {@link #ofUri}. */
    public static String toUri(String path) {
        return new Path(path).toUri().toString();
    }

    /**
     * The files of the scope.
     *
     * @throws Failure.InputMissing if a path that names no date matches nothing, or no path matches any file
     */
    public Manifest list() {
        List<InputFile> files = new ArrayList<>();
        try {
            for (String pattern : source.paths()) {
                files.addAll(list(pattern));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (files.isEmpty()) {
            throw new Failure.InputMissing(
                    "no input: " + String.join(", ", source.paths()) + " has no files for " + scope,
                    "Wait for the files, or mend source.path or --from and --to.");
        }
        return new Manifest(files);
    }

    /**
     * A regular expression for the qualified paths of every file that a date of this scope had or has; empty if the paths name
     * no dates. A path that it matches, but that is not listed any more, is gone.
     */
    public Optional<String> datedPaths() {
        List<String> patterns = new ArrayList<>();
        try {
            for (String pattern : source.paths()) {
                if (pattern.contains(SourceConfig.DATE)) {
                    patterns.add(DatedPaths.regex(qualified(pattern)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return patterns.isEmpty() ? Optional.empty() : Optional.of("(?s)^(" + String.join("|", patterns) + ")$");
    }

    /** The date in a qualified path that {@link #datedPaths} matches, if it is in the scope. */
    public boolean isInScope(String path) {
        try {
            for (String pattern : source.paths()) {
                if (pattern.contains(SourceConfig.DATE)
                        && dateIn(pattern, path).filter(scope::contains).isPresent()) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The current state of a file by its qualified path; empty if it is gone. */
    public Optional<InputFile> stat(String path) {
        try {
            Path file = new Path(path);
            return Optional.of(input(file.getFileSystem(hadoop).getFileStatus(file)));
        } catch (FileNotFoundException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<InputFile> list(String pattern) throws IOException {
        List<InputFile> files = new ArrayList<>();
        boolean dated = pattern.contains(SourceConfig.DATE);
        Path glob = new Path(pattern.replace(SourceConfig.DATE, ANY_DATE));
        FileSystem fs = glob.getFileSystem(hadoop);
        FileStatus @Nullable [] matches = fs.globStatus(glob);
        if (matches == null || (matches.length == 0 && !dated)) {
            throw new Failure.InputMissing(
                    "no input: " + pattern + " matches nothing", "Wait for the files, or mend source.path.");
        }
        Path asked = fs.makeQualified(glob);
        for (FileStatus match : matches) {
            if (isHidden(asked, match)) {
                continue;
            }
            if (!dated || dateIn(pattern, id(match)).filter(scope::contains).isPresent()) {
                collect(fs, match, files);
            }
        }
        return files;
    }

    private static void collect(FileSystem fs, FileStatus status, List<InputFile> files) throws IOException {
        if (status.isFile()) {
            files.add(input(status));
            return;
        }
        for (FileStatus child : fs.listStatus(status.getPath())) {
            if (!isHidden(child.getPath())) {
                collect(fs, child, files);
            }
        }
    }

    /** True for a hidden file, which Spark does not read, and below a hidden folder that only a wildcard names. */
    private static boolean isHidden(Path asked, FileStatus match) {
        if (match.isFile() && isHidden(match.getPath())) {
            return true;
        }
        Path pattern = asked;
        for (Path found = match.getPath(); found.getParent() != null && pattern != null; found = found.getParent()) {
            if (isHidden(found) && !isHidden(pattern)) {
                return true;
            }
            pattern = pattern.getParent();
        }
        return false;
    }

    private static boolean isHidden(Path path) {
        return path.getName().startsWith("_") || path.getName().startsWith(".");
    }

    private Optional<LocalDate> dateIn(String pattern, String path) throws IOException {
        return DatedPaths.dateIn(pattern(pattern), path);
    }

    private Pattern pattern(String path) throws IOException {
        return DatedPaths.pattern(qualified(path));
    }

    private String qualified(String pattern) throws IOException {
        String marked = pattern.replace(SourceConfig.DATE, "0000-00-00");
        Path path = new Path(marked);
        return path.getFileSystem(hadoop).makeQualified(path).toString().replace("0000-00-00", SourceConfig.DATE);
    }

    private static InputFile input(FileStatus status) {
        String etag = status instanceof EtagSource tagged ? tagged.getEtag() : null;
        return new InputFile(id(status), status.getLen(), status.getModificationTime(), etag);
    }

    private static String id(FileStatus status) {
        return status.getPath().toString();
    }

    /** The glob that matches exactly this path: a reader takes what it is given for a pattern. */
    public static String literal(String path) {
        return path.chars()
                .mapToObj(c -> "\\*?[]{}".indexOf(c) >= 0 ? "\\" + (char) c : String.valueOf((char) c))
                .collect(Collectors.joining());
    }
}
