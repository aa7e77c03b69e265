package io.lakeproof.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakeproof.SparkTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiffCommandTest extends SparkTest {
    @TempDir
    Path folder;

    @Test
    void theWholeCommandLineEndsInTheResult() throws IOException {
        write("left", "(1, 'a'), (2, 'b'), (3, 'c')");
        write("right", "(1, 'a'), (2, 'x'), (4, 'd')");
        Path report = folder.resolve("report.html");

        Runs.Ended ended = diff(
                "--left=" + folder.resolve("left") + "@0",
                "--right=" + folder.resolve("right"),
                "--key=id",
                "--sample=1",
                "--report=" + report,
                "--fail-on-difference");

        assertThat(ended.code()).isEqualTo(74);
        assertThat(ended.err())
                .startsWith("error: " + folder.resolve("left") + "@0 and " + folder.resolve("right")
                        + "@0 differ: 1 row added, 1 removed, 1 changed, 1 the same.");
        JsonNode differences = ended.result().path("differences");
        assertThat(differences.path("rows").toString())
                .isEqualTo("{\"same\":1,\"added\":1,\"removed\":1,\"changed\":1}");
        assertThat(differences.path("key").toString()).isEqualTo("[\"id\"]");
        assertThat(differences.path("columns").toString()).isEqualTo("{\"name\":1}");
        assertThat(differences.path("left").path("rows").asLong()).isEqualTo(3);
        assertThat(ended.out())
                .contains("changed      id=2\n             name=\"b\" -> \"x\"\n", "report       " + report);
        assertThat(Files.readString(report)).contains("DIFFERENT");
    }

    @Test
    void aDifferenceExitsZeroUnlessToldOtherwise() {
        write("left", "(1, 'a')");
        write("right", "(1, 'b')");

        assertThat(diff("--left=" + folder.resolve("left"), "--right=" + folder.resolve("right"))
                        .code())
                .isZero();
    }

    @Test
    void moreSamplesThanAPersonCanReadAreAWrongCall() {
        Runs.Ended ended = diff("--sample=1001");

        assertThat(ended.code()).isEqualTo(64);
        assertThat(ended.err()).startsWith("error: --sample 1001 is not from 0 to 1000\n");
    }

    @Test
    void aTableThatThePipelineDoesNotHaveIsNamedWithItsOption() {
        assertThat(diff("--left=windowed@3").err())
                .startsWith("error: --left windowed: the pipeline has no windowed table\n");
    }

    private void write(String name, String values) {
        session()
                .sql("select * from values " + values + " as t(id, name)")
                .write()
                .format("delta")
                .save(folder.resolve(name).toString());
    }

    private Runs.Ended diff(String... options) {
        List<String> args = new ArrayList<>(List.of(
                "diff",
                "--config=" + ROOT.resolve("conf/sample.conf"),
                "--set=ledger.path=" + folder.resolve("ledger")));
        args.addAll(List.of(options));
        return new Runs(spark()).end(args);
    }
}
