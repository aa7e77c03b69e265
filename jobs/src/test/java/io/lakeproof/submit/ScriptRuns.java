package io.lakeproof.submit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs the scripts with commands on their PATH that record what they are asked, and answer as told. */
final class ScriptRuns {
    static final Path ROOT = Path.of(System.getProperty("lakeproof.root"));

    /** Arguments that a shell, JSON or a split at spaces would spoil. */
    static final List<String> ARGUMENTS = List.of(
            "dedup",
            "--config",
            "s3://bucket/a b.conf",
            "--set",
            "quality.rules=[{name=r,expr=\"page <> 'it''s' and value > 1e3\"}]",
            "--set=x=$(touch /tmp/never) `id` \\ \\n & | ; * ? !",
            "--set",
            "y=grün\ttab\nline",
            "");

    /** The RESULT of a run whose input is missing. */
    static final String MISSING = "{\"schemaVersion\":1,\"runId\":\"r\",\"outcome\":\"FAILED\",\"exitCode\":66,"
            + "\"error\":{\"exitCode\":66,\"message\":\"no \\\"x\\\" in {y}\\nnor {z}\"}}";

    /** Records its arguments, each ended by a zero byte, in a new file; answers from files beside it. */
    private static final String FAKE = """
        #!/usr/bin/env bash
        here=$(dirname "$0")
        printf '%s\\0' "$(basename "$0")" "$@" >"$here/calls/$(find "$here/calls" -type f | wc -l)"
        case " $* " in
          *' add-steps '*) echo s-1 ;;
          *' start-job-run '*) echo run-1 ;;
          *' describe-step '* | *' get-job-run '*)
            head -n 1 "$here/states"
            if [ "$(wc -l <"$here/states")" -gt 1 ]; then sed -i 1d "$here/states"; fi ;;
          *' s3 cp '*) cat "$here/result" ;;
        esac
        """;

    private final Path folder;

    ScriptRuns(Path folder) throws IOException {
        this.folder = folder;
        Files.createDirectories(folder.resolve("bin/calls"));
        for (String name : List.of("aws", "spark-submit")) {
            Path fake = Files.writeString(folder.resolve("bin").resolve(name), FAKE);
            assertThat(fake.toFile().setExecutable(true)).isTrue();
        }
    }

    /** What each look at a run finds, in order; the last for ever. */
    void states(String... states) throws IOException {
        Files.writeString(folder.resolve("bin/states"), String.join("\n", states) + "\n");
    }

    /** What a run leaves as its RESULT. */
    void result(String json) throws IOException {
        Files.writeString(folder.resolve("bin/result"), json);
    }

    void noResult() throws IOException {
        Files.deleteIfExists(folder.resolve("bin/result"));
    }

    record Ran(int code, String out, String err) {}

    Ran run(List<String> script, List<String> options, List<String> arguments) throws Exception {
        return run(Map.of(), script, options, arguments);
    }

    Ran run(Map<String, String> environment, List<String> script, List<String> options, List<String> arguments)
            throws Exception {
        try (RunningProcess process = start(environment, script, options, arguments)) {
            int code = process.exitCode();
            return new Ran(code, process.out(), process.err());
        }
    }

    RunningProcess start(List<String> script, List<String> options, List<String> arguments) throws IOException {
        return start(Map.of(), script, options, arguments);
    }

    RunningProcess start(
            Map<String, String> environment, List<String> script, List<String> options, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>(List.of("bash", "scripts/submit/" + script.get(0)));
        command.addAll(script.subList(1, script.size()));
        command.addAll(options);
        command.addAll(arguments);
        return RunningProcess.start(folder.resolve("script"), ROOT, withFakes(environment), command);
    }

    void shell(String command) throws Exception {
        try (RunningProcess process = RunningProcess.start(
                folder.resolve("shell"), ROOT, withFakes(Map.of()), List.of("bash", "-c", command))) {
            assertThat(process.exitCode()).isZero();
        }
    }

    private Map<String, String> withFakes(Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(environment);
        all.put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        all.put("LC_ALL", "C.UTF-8");
        all.put("SPARK_HOME", "");
        return all;
    }

    /** The calls of the fakes so far, in order. */
    List<List<String>> calls() {
        List<List<String>> calls = new ArrayList<>();
        while (Files.exists(folder.resolve("bin/calls/" + calls.size()))) {
            try {
                String words = Files.readString(folder.resolve("bin/calls/" + calls.size()));
                calls.add(Arrays.asList(
                        words.substring(0, Math.max(0, words.length() - 1)).split("\0", -1)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return calls;
    }

    static List<String> with(List<String> options, String... more) {
        return Stream.concat(options.stream(), Stream.of(more)).toList();
    }
}
