package io.lakeproof;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.PipelineConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples in conf/ are what people start from. */
class ConfFilesTest {
    private static final Path CONF = Path.of(System.getProperty("lakeproof.root"), "conf");

    static List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(CONF)) {
            return files.filter(file -> file.toString().endsWith(".conf"))
                    .map(file -> CONF.relativize(file).toString())
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyExampleIsAValidPipelineWithPathsOfItsOwn(String file) throws IOException {
        PipelineConfig pipeline = ConfigLoader.load(file, Files.readString(CONF.resolve(file)), List.of());

        assertThat(List.of(pipeline.dedup().target(), pipeline.ledgerPath(), pipeline.quarantinePath()))
                .doesNotHaveDuplicates();
    }
}
