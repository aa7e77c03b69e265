package io.lakeproof.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lakeproof.SparkTest;
import io.lakeproof.config.SourceConfig;
import io.lakeproof.config.SourceFormat;
import io.lakeproof.error.Failure;
import io.lakeproof.error.Retry;
import io.lakeproof.model.DateScope;
import io.lakeproof.model.InputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.spark.sql.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InputListingTest extends SparkTest {
    /** Every file that a row of the table below may find, and some that none may. */
    private static final List<String> FILES = List.of(
            "date=2024-11-03/a.json",
            "date=2024-11-04/a.json",
            "date=2024-11-04/b.json.gz",
            "date=2024-11-04/deep/er/c.json",
            "date=2024-11-04/_SUCCESS",
            "date=2024-11-04/.hidden.json",
            "date=2024-11-04/_temporary/0/d.json",
            "date=2024-13-45/a.json",
            "date=2024-02-30/a.json",
            "date=2024-11-4/a.json",
            "date=20241104/a.json",
            "date=2024-11-04x/a.json",
            "flat/2024-11-04.json",
            "flat/2024-11-05.json",
            "flat/x2024-11-05.json",
            "flat/_2024-11-05.json",
            "twice/2024-11-04/2024-11-04.json",
            "twice/2024-11-04/2024-11-05.json",
            "two/web/2024-11-04/a.json",
            "two/app/2024-11-04/b.json",
            "two/ios/2024-11-04/c.json",
            "two/web/2024-11-05/part-1.json",
            "two/web/2024-11-05/part-x.json");

    @TempDir
    Path folder;

    /** The paths and the scope that are asked for, and the files that are found. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "date={date}            | ..                     | date=2024-11-03/a.json date=2024-11-04/a.json date=2024-11-04/b.json.gz date=2024-11-04/deep/er/c.json",
                "date={date}/           | 2024-11-04..2024-11-05 | date=2024-11-04/a.json date=2024-11-04/b.json.gz date=2024-11-04/deep/er/c.json",
                "date={date}            | ..2024-11-03           | date=2024-11-03/a.json",
                "date={date}/*.json     | ..                     | date=2024-11-03/a.json date=2024-11-04/a.json",
                "date={date}/?.json     | 2024-11-04..           | date=2024-11-04/a.json",
                "date={date}/*          | 2024-11-04..           | date=2024-11-04/a.json date=2024-11-04/b.json.gz date=2024-11-04/deep/er/c.json",
                "flat/{date}.json       | ..                     | flat/2024-11-04.json flat/2024-11-05.json",
                "flat/?{date}.json      | ..                     | flat/x2024-11-05.json",
                "twice/{date}/{date}.json | ..                   | twice/2024-11-04/2024-11-04.json",
                "two/*/{date}           | 2024-11-04..2024-11-04 | two/app/2024-11-04/b.json two/ios/2024-11-04/c.json two/web/2024-11-04/a.json",
                "two/{web,app}/{date}   | 2024-11-04..2024-11-04 | two/app/2024-11-04/b.json two/web/2024-11-04/a.json",
                "two/[v-w]eb/{date}     | 2024-11-04..2024-11-04 | two/web/2024-11-04/a.json",
                "two/[^w]*/{date}       | 2024-11-04..2024-11-04 | two/app/2024-11-04/b.json two/ios/2024-11-04/c.json",
                "two/web/{date}/part-[0-9].json | ..             | two/web/2024-11-05/part-1.json",
                "two/web/{date}/part\\-[!a-z].json | ..           | two/web/2024-11-05/part-1.json",
                "{two/web/{date},twice/{date}}/*.json | 2024-11-04..2024-11-04 | twice/2024-11-04/2024-11-04.json twice/2024-11-04/2024-11-05.json two/web/2024-11-04/a.json",
                "two/web/{date}, date={date}/a.json | 2024-11-03..2024-11-04 | date=2024-11-03/a.json date=2024-11-04/a.json two/web/2024-11-04/a.json",
                "two/web/{date}, two/*/{date}/a.json | 2024-11-04..2024-11-04 | two/web/2024-11-04/a.json",
            })
    void findsTheFilesOfTheDatesInScopeAndTheirPatternMatchesTheSame(String paths, String scope, String found)
            throws IOException {
        write(FILES);
        InputListing listing = listing(scope(scope), absolute(paths.split(", ")));

        List<String> listed = relative(listing);

        assertThat(listed).containsExactly(found.split(" "));
        assertThat(listing.isByDate()).isTrue();
        Pattern dated = Pattern.compile(listing.datedPaths().orElseThrow());
        assertThat(FILES.stream()
                        .filter(file -> !file.matches("(.*/)?[_.].*"))
                        .filter(file -> dated.matcher(uri(file)).find() && listing.isInScope(uri(file))))
                .containsExactlyInAnyOrderElementsOf(listed);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "flat                   | flat/2024-11-04.json flat/2024-11-05.json flat/x2024-11-05.json",
                "flat/*                 | flat/2024-11-04.json flat/2024-11-05.json flat/x2024-11-05.json",
                "flat/2024-11-05.json   | flat/2024-11-05.json",
                "date=2024-11-04/*      | date=2024-11-04/a.json date=2024-11-04/b.json.gz date=2024-11-04/deep/er/c.json",
                "two/{web,ios}/2024-11-04 | two/ios/2024-11-04/c.json two/web/2024-11-04/a.json",
                "date=2024-11-04/_temporary/0 | date=2024-11-04/_temporary/0/d.json",
                "date=2024-11-04/*/*/*.json | date=2024-11-04/deep/er/c.json",
                "date=2024-1[3-9]*      | date=2024-13-45/a.json",
            })
    void readsEveryFileOfAPathWithoutADateWhateverTheScope(String path, String found) throws IOException {
        write(FILES);
        InputListing listing = listing(scope("2024-11-04..2024-11-04"), absolute(path));

        assertThat(relative(listing)).containsExactly(found.split(" "));
        assertThat(listing.isByDate()).isFalse();
        assertThat(listing.datedPaths()).isEmpty();
        assertThat(listing.isInScope(uri("date=2024-11-04/a.json"))).isFalse();
    }

    @Test
    void notesLengthAndTimeOfEachFile() throws IOException {
        write(List.of("date=2024-11-03/a.json"));
        Path file = folder.resolve("date=2024-11-03/a.json");
        InputListing listing = listing(DateScope.ALL, absolute("date={date}"));

        assertThat(listing.list().files())
                .containsExactly(new InputFile(
                        uri("date=2024-11-03/a.json"),
                        Files.size(file),
                        Files.getLastModifiedTime(file).toMillis(),
                        null));
        assertThat(listing.stat(uri("date=2024-11-03/a.json")))
                .contains(listing.list().files().get(0));
        assertThat(listing.stat(uri("date=2024-11-03/gone.json"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "nowhere/              | ..           | no input: ROOT/nowhere/ matches nothing                                   | Wait for the files, or mend source.path.",
                "flat/*.csv            | ..           | no input: ROOT/flat/*.csv matches nothing                                 | Wait for the files, or mend source.path.",
                "date={date}, nowhere  | ..           | no input: ROOT/nowhere matches nothing                                    | Wait for the files, or mend source.path.",
                "nowhere/{date}        | ..           | no input: ROOT/nowhere/{date} has no files for all dates                  | Wait for the files, or mend source.path or --from and --to.",
                "date={date}           | 2025-01-01.. | no input: ROOT/date={date} has no files for 2025-01-01..                  | Wait for the files, or mend source.path or --from and --to.",
                "date={date}, x{date}  | ..2020-01-01 | no input: ROOT/date={date}, ROOT/x{date} has no files for ..2020-01-01     | Wait for the files, or mend source.path or --from and --to.",
            })
    void failsWithoutInput(String paths, String scope, String message, String fix) throws IOException {
        write(FILES);
        InputListing listing = listing(scope(scope), absolute(paths.split(", ")));

        Failure.InputMissing failure = catchThrowableOfType(Failure.InputMissing.class, listing::list);

        assertThat(failure).hasMessage(message.replace("ROOT", folder.toString()));
        assertThat(List.of(failure.exitCode(), failure.retry(), failure.fix())).containsExactly(66, Retry.SAFE, fix);
    }

    @Test
    void failsIfNoFolderNamesADateOfTheCalendar() throws IOException {
        write(List.of("date=2024-13-45/a.json"));

        assertThat(catchThrowableOfType(
                        Failure.InputMissing.class,
                        () -> listing(DateScope.ALL, absolute("date={date}")).list()))
                .hasMessage("no input: " + folder + "/date={date} has no files for all dates");
    }

    /** Names that people and tools give to files, and what Spark does with them. */
    private static final List<String> ODD_NAMES = List.of(
            "plain.json",
            "with space.json",
            " leading and trailing ",
            "100%.json",
            "100%25.json",
            "%41.json",
            "a+b&c=d;e,f.json",
            "a#b.json",
            "a?b.json",
            "a*b.json",
            "a[1].json",
            "a{b,c}.json",
            "{",
            "]",
            "a\\b.json",
            "a\\*b.json",
            "größe 日本 🎉.json",
            "e\u0301.json",
            "a\tb.json",
            "a\nb.json",
            "quo'te\"s`.json",
            "$HOME.json",
            "${x}.json",
            "a|b^c~d.json",
            "[1] odd; 50% {x}/and [2] again/part 0*.json");

    @ParameterizedTest
    @ValueSource(strings = {"date={date}", "date={date}/*"})
    void everyNameComesBackFromTheRowsOfItsFile(String path) throws IOException {
        List<String> names = Stream.of("date=2024-11-03/", "date=2024-11-04/")
                .flatMap(date -> ODD_NAMES.stream().map(name -> date + name))
                .toList();
        write(names);
        InputListing listing = listing(DateScope.ALL, absolute(path));

        List<InputFile> manifest = listing.list().files();
        List<Row> rows = new RawSource(session(), Pipelines.json("name STRING", Map.of()))
                .read(manifest)
                .collectAsList();

        assertThat(manifest)
                .extracting(InputFile::path)
                .containsExactlyInAnyOrderElementsOf(
                        names.stream().map(this::uri).toList());
        assertThat(rows.stream().map(row -> row.getString(0))).containsExactlyInAnyOrderElementsOf(names);
        Pattern dated = Pattern.compile(listing.datedPaths().orElseThrow());
        assertThat(rows).allSatisfy(row -> {
            String file = InputListing.ofUri(row.getAs(RawColumns.FILE));
            assertThat(file).isEqualTo(uri(row.getString(0)));
            assertThat(InputListing.ofUri(InputListing.toUri(file))).isEqualTo(file);
            assertThat(listing.stat(file)).isPresent();
            assertThat(listing.isInScope(file)).isTrue();
            assertThat(dated.matcher(file).find()).isTrue();
        });
    }

    /** The id of a file does not depend on how the path to it was written. */
    @ParameterizedTest
    @CsvSource({
        "file:ROOT/date={date}",
        "file://ROOT/date={date}",
        "file:///ROOT/date={date}",
        "ROOT//date={date}//",
        "ROOT/x/../date={date}"
    })
    void namesAFileInOneWayOnly(String path) throws IOException {
        write(List.of("date=2024-11-03/a.json"));
        InputListing listing = listing(DateScope.ALL, path.replace("ROOT", folder.toString()));

        assertThat(relative(listing)).containsExactly("date=2024-11-03/a.json");
        assertThat(listing.isInScope(uri("date=2024-11-03/a.json"))).isTrue();
        assertThat(uri("date=2024-11-03/a.json")).matches(listing.datedPaths().orElseThrow());
    }

    /** Each file holds one row, its own name. */
    private void write(List<String> names) throws IOException {
        for (String name : names) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            String own = name.endsWith(".gz") ? "" : "{\"name\":\"" + escaped(name) + "\"}\n";
            Files.writeString(file, own);
        }
    }

    private static String escaped(String name) {
        return name.replace("\\", "\\\\")
                .replace("\"", "\\\"")
                .replace("\t", "\\t")
                .replace("\n", "\\n");
    }

    private String uri(String name) {
        return "file:" + folder + "/" + name;
    }

    private List<String> relative(InputListing listing) {
        return listing.list().paths().stream()
                .map(path -> path.substring(("file:" + folder + "/").length()))
                .toList();
    }

    private String[] absolute(String... paths) {
        return Arrays.stream(paths).map(path -> folder + "/" + path).toArray(String[]::new);
    }

    private static InputListing listing(DateScope scope, String... paths) {
        SourceConfig source = new SourceConfig(List.of(paths), SourceFormat.JSON, "file STRING", Map.of(), Map.of());
        return new InputListing(source, scope, new Configuration());
    }

    private static DateScope scope(String text) {
        List<Optional<LocalDate>> dates = Stream.of(text.split("\\.\\.", -1))
                .map(date -> Optional.of(date).filter(d -> !d.isEmpty()).map(LocalDate::parse))
                .toList();
        return new DateScope(dates.get(0), dates.get(1));
    }
}
