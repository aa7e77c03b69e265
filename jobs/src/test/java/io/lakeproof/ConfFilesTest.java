package io.lakeproof;

import static org.assertj.core.api.Assertions.assertThat;

import io.lakeproof.config.ConfigLoader;
import io.lakeproof.config.PipelineConfig;
import io.lakeproof.config.PriceTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples in conf/ are what people start from. */
class ConfFilesTest {
    private static final Path CONF = Path.of(System.getProperty("lakeproof.root"), "conf");

    static List<String> files() throws IOException {
        try (Stream<Path> files = Files.walk(CONF)) {
            return files.filter(file -> file.toString().endsWith(".conf"))
                    .map(file -> CONF.relativize(file).toString())
                    .filter(file -> !file.startsWith("prices/"))
                    .sorted()
                    .toList();
        }
    }

    @Test
    void everyTableOfPricesHasItsDateAndSource() throws IOException {
        try (Stream<Path> files = Files.list(CONF.resolve("prices"))) {
            for (Path file : files.toList()) {
                PriceTable prices = PriceTable.load(file.toString(), Files.readString(file));

                assertThat(prices.source()).startsWith("https://");
                assertThat(prices.date()).isAfter(LocalDate.parse("2026-01-01"));
                assertThat(file).hasFileName("s3-" + prices.region() + ".conf");
            }
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
