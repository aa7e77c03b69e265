package io.lakeproof.submit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What is in the jar that is shipped, and what it needs of a platform. docs/packaging.md has it in words. */
class JarContentIT {
    private static final long MOST_BYTES = 16_000_000;

    /** Nothing else may lie outside of our folder: a platform may have the same name. */
    private static final String OURS =
            "(io/|io/lakeproof/.*|META-INF/|META-INF/MANIFEST.MF|META-INF/LICENSE|META-INF/NOTICE"
                    + "|META-INF/(FastDoubleParser|bigint)-(LICENSE|NOTICE)|META-INF/maven/.*"
                    + "|META-INF/services/(io\\.lakeproof\\.shaded\\..*)?)";

    /** Every Spark has these; the build compiles against them. */
    private static final List<String> OF_EVERY_SPARK =
            List.of("org.apache.spark.", "scala.", "io.delta.", "org.apache.hadoop.", "org.apache.parquet.");

    /** Annotations that are read by compilers alone. */
    private static final List<String> NEVER_LOADED =
            List.of("org.jspecify.annotations.", "javax.annotation.", "com.google.auto.value.");

    /** What libraries in the jar could use and we do not: other transports, senders and metrics. */
    private static final List<String> NOT_USED = List.of(
            "com.fasterxml.jackson.dataformat.",
            "com.fasterxml.jackson.datatype.",
            "com.fasterxml.jackson.module.",
            "io.grpc.",
            "io.micrometer.",
            "org.apache.hc.",
            "org.apache.kafka.",
            "io.lakeproof.shaded.amazon.awssdk.",
            "io.lakeproof.shaded.opentelemetry.api.incubator.",
            "io.lakeproof.shaded.opentelemetry.sdk.autoconfigure.declarativeconfig.");

    private record Library(String platform, String name, String version, String packageName) {}

    private static JarFile jar;

    @BeforeAll
    static void open() throws IOException {
        jar = new JarFile(System.getProperty("lakeproof.jar"));
    }

    @AfterAll
    static void close() throws IOException {
        jar.close();
    }

    @Test
    void nothingInItHasANameThatAPlatformCouldHaveToo() {
        assertThat(names()).allMatch(name -> name.matches(OURS)).doesNotHaveDuplicates();
        assertThat(names())
                .contains("io/lakeproof/cli/Lakeproof.class", "io/lakeproof/aws/hook/TagsAtCreation.class")
                .noneMatch(name -> name.matches("META-INF/[^/]*\\.(SF|DSA|RSA|EC)"));
    }

    @Test
    void noLibraryOfAPlatformIsInItUnderItsOwnName() throws IOException {
        Set<String> packages = names().stream()
                .filter(name -> name.endsWith(".class"))
                .map(name -> name.substring(0, name.lastIndexOf('/')).replace('/', '.') + ".")
                .collect(Collectors.toSet());

        for (Library library : libraries()) {
            assertThat(packages).as(library.toString()).noneMatch(name -> name.startsWith(library.packageName + "."));
        }
    }

    @Test
    void whatItNeedsEveryPlatformHas() throws IOException {
        Map<String, List<String>> others = libraries().stream()
                .filter(library -> !library.platform.startsWith("EMR")) // which publishes no jars
                .collect(Collectors.groupingBy(
                        Library::platform,
                        TreeMap::new,
                        Collectors.mapping(library -> library.packageName + ".", Collectors.toList())));

        Map<String, Set<String>> needed = missing();

        assertThat(needed.keySet()).anyMatch(name -> name.startsWith("org.apache.spark."));
        needed.forEach((name, users) -> {
            boolean isKnown = isIn(name, OF_EVERY_SPARK) || isIn(name, NEVER_LOADED);
            boolean isOptional =
                    isIn(name, NOT_USED) && users.stream().allMatch(user -> user.startsWith("io.lakeproof.shaded."));
            // S3A loads this one, with its own SDK.
            boolean isHook = users.stream().allMatch(user -> user.startsWith("io.lakeproof.aws.hook."));
            if (!isKnown && !isOptional && !isHook) {
                others.forEach((platform, packages) -> assertThat(isIn(name, packages))
                        .as("%s, which %s needs, on %s", name, users.iterator().next(), platform)
                        .isTrue());
            }
        });
    }

    private static boolean isIn(String name, List<String> packages) {
        return packages.stream().anyMatch(name::startsWith);
    }

    @Test
    void itsServicesAreInIt() throws IOException {
        List<String> services = names().stream()
                .filter(name -> name.matches("META-INF/services/.+"))
                .toList();
        assertThat(services)
                .anyMatch(name -> name.endsWith(".SdkHttpService"))
                .anyMatch(name -> name.endsWith(".HttpSenderProvider"))
                .anyMatch(name -> name.endsWith(".ConfigurableSpanExporterProvider"));
        for (String service : services) {
            List<String> classes = text(service)
                    .lines()
                    .map(line -> line.replaceFirst("#.*", "").strip())
                    .filter(line -> !line.isEmpty())
                    .toList();
            assertThat(classes).as(service).isNotEmpty();
            assertThat(names())
                    .as(service)
                    .containsAll(classes.stream()
                            .map(name -> name.replace('.', '/') + ".class")
                            .toList());
        }
    }

    @Test
    void itHasItsLicenceAndTheNoticesOfAllThatIsInIt() throws IOException {
        Path root = Path.of(System.getProperty("lakeproof.root"));
        assertThat(text("META-INF/LICENSE")).isEqualTo(Files.readString(root.resolve("LICENSE")));
        assertThat(text("META-INF/NOTICE"))
                .contains("Apache Commons CSV", "Apache Commons IO", "Apache Commons Codec", "AWS SDK for Java");
    }

    @Test
    void itIsSmallAndKnowsNoTimeButThatOfTheRelease() throws IOException {
        assertThat(Files.size(Path.of(jar.getName()))).isLessThan(MOST_BYTES);
        LocalDateTime release = jar.getJarEntry("META-INF/MANIFEST.MF").getTimeLocal();
        assertThat(jar.stream().filter(entry -> entry.getTimeLocal().isAfter(release)))
                .as("later than project.build.outputTimestamp")
                .isEmpty();
        assertThat(text("META-INF/MANIFEST.MF")).doesNotContain("Built-By", "Build-Time", "Build-Date", "Build-Jdk:");
    }

    /** Only the profile sbom makes the file, as a release does. */
    @Test
    void itsBillOfMaterialsNamesWhatIsInItAndWhatItsLibrariesLogWith() throws IOException {
        Path file = Path.of(System.getProperty("lakeproof.sbom"));
        assumeTrue(Files.exists(file), "no bill of materials was made");
        JsonNode bill = new ObjectMapper().readTree(file.toFile());
        Set<String> named = new TreeSet<>();
        bill.path("components")
                .forEach(component -> named.add(component.path("group").asText() + "/"
                        + component.path("name").asText()));

        Set<String> inJar = names().stream()
                .filter(name -> name.matches("META-INF/maven/.*/pom.properties"))
                .map(name -> name.replaceFirst("META-INF/maven/(.*)/pom.properties", "$1"))
                .filter(name -> !name.equals("io.lakeproof/lakeproof-jobs"))
                .collect(Collectors.toCollection(TreeSet::new));

        assertThat(named).containsAll(inJar).hasSizeGreaterThan(inJar.size());
        assertThat(named)
                .allMatch(
                        name -> name.matches(
                                "(io\\.lakeproof|io\\.opentelemetry|io\\.openlineage|com\\.typesafe"
                                        + "|info\\.picocli|org\\.apache\\.commons|commons-io|commons-codec|org\\.reactivestreams|software\\.amazon.*|org\\.slf4j)/.*"));
        assertThat(bill.path("metadata").path("component").path("name").asText())
                .isEqualTo("lakeproof-jobs");
    }

    private static List<String> names() {
        return jar.stream().map(JarEntry::getName).toList();
    }

    private static String text(String name) throws IOException {
        try (InputStream in = jar.getInputStream(jar.getJarEntry(name))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static List<Library> libraries() throws IOException {
        try (InputStream in = JarContentIT.class.getResourceAsStream("/platforms/libraries.csv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split(",", -1))
                    .map(cells -> new Library(cells[0], cells[1], cells[2], cells[3]))
                    .toList();
        }
    }

    /** The classes that the jar names and does not hold, with those that name them; found by the JDK's jdeps. */
    private static Map<String, Set<String>> missing() {
        StringWriter found = new StringWriter();
        int code = ToolProvider.findFirst("jdeps")
                .orElseThrow()
                .run(
                        new PrintWriter(found),
                        new PrintWriter(found),
                        "--multi-release",
                        "17",
                        "--missing-deps",
                        jar.getName());
        assertThat(code).as(found.toString()).isZero();
        Map<String, Set<String>> missing = new TreeMap<>();
        found.toString().lines().map(String::strip).forEach(line -> {
            String[] parts = line.split("\\s+", -1);
            if (parts.length > 2 && parts[1].equals("->") && parts[0].startsWith("io.lakeproof.")) {
                missing.computeIfAbsent(parts[2], name -> new HashSet<>()).add(parts[0]);
            }
        });
        return missing;
    }
}
