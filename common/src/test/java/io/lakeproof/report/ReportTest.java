package io.lakeproof.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lakeproof.error.Failure;
import io.lakeproof.error.Redactor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.stream.IntStream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.apache.hadoop.conf.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

class ReportTest {
    private static final Verdict GOOD = Verdict.good("OK", "All is well.");

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "<script>alert(1)</script>",
                "\"><img src=x onerror=alert(1)>",
                "' onmouseover='alert(1)",
                "</style></code><svg onload=alert(1)>",
                "{{body}}{{nothing}}",
                "&lt;b&gt; &amp; $1 \\1"
            })
    void whateverDataHoldsIsShownAsItIs(String data) {
        Element body = body(everywhere(data));

        assertThat(texts(body, "h1")).singleElement().asString().endsWith(data);
        assertThat(texts(body, "h2")).allMatch(heading -> heading.contains(data));
        assertThat(texts(body, "dd")).containsExactly(data, data);
        assertThat(texts(body, "td")).contains(data);
        assertThat(texts(body, "li")).contains(data);
        assertThat(titles(body)).contains("(whole table): differs, " + data);
        assertThat(names(body)).doesNotContain("script", "img").allMatch(KNOWN::contains);
    }

    private static final TreeSet<String> KNOWN = new TreeSet<>(List.of(
            "body",
            "header",
            "main",
            "footer",
            "section",
            "h1",
            "h2",
            "p",
            "span",
            "code",
            "dl",
            "div",
            "dt",
            "dd",
            "ul",
            "li",
            "b",
            "table",
            "thead",
            "tbody",
            "tr",
            "th",
            "td",
            "figure",
            "figcaption",
            "svg",
            "rect",
            "title"));

    @Test
    void whatNoPageCanHoldOrWhatTurnsTextAroundIsShownByItsNumber() {
        Element body = body(everywhere("a\u0000b\u001b[2J\u202etxt\ud800\uffff\u200b"));

        assertThat(texts(body, "dd").get(0)).isEqualTo("a\\u0000b\\u001b[2J\\u202etxt\\ud800\\uffff\\u200b");
    }

    @Test
    void nothingIsLoadedFromElsewhereAndNoScriptRuns() {
        String html = everywhere("x").html();

        assertThat(html)
                .contains("content=\"default-src 'none'; style-src 'unsafe-inline'\"")
                .doesNotContain("{{")
                .doesNotContain("<script")
                .doesNotContain("<link")
                .doesNotContain("url(")
                .doesNotContain("@import")
                .doesNotContain(" src=")
                .doesNotContain("href=");
    }

    @Test
    void aPartitionLiesInTheRowOfItsMonthAndModelAndTheColumnOfItsDay() {
        Element body = body(of(new PartitionMap(
                "Partitions",
                List.of(
                        new PartitionState("year=2024/month=11/day=05/model=v2", State.OK, "20 rows"),
                        new PartitionState("year=2024/month=11/day=05/model=v1", State.DIFFERS, ""),
                        new PartitionState("year=2024/month=12/day=31/model=v1", State.MISSING, ""),
                        new PartitionState("year=2024/month=13/day=31/model=v1", State.OK, "")),
                "")));

        assertThat(rows(body)).containsExactly("2024-12 v1 31\u2212", "2024-11 v1 5\u2260", " v2 5\u2713");
        assertThat(titles(body))
                .contains("year=2024/month=11/day=05/model=v2: OK, 20 rows", "year=2024/month=13/day=31/model=v1: OK");
        assertThat(texts(body, "li")).containsExactly("\u2713 OK year=2024/month=13/day=31/model=v1");
    }

    @Test
    void aMapOfDatesAloneHasNoModels() {
        Element body = body(of(new PartitionMap(
                "Partitions",
                List.of(
                        new PartitionState("event_date=1969-12-31", State.OK, ""),
                        new PartitionState("event_date=9999-12-31", State.UNREADABLE, "")),
                "")));

        assertThat(rows(body)).containsExactly("9999-12 31!", "1969-12 31\u2713");
    }

    @Test
    void manyPartitionsAndVersionsStayOnePageAndWhatIsLeftOutIsCounted() {
        List<PartitionState> partitions = new ArrayList<>();
        for (int model = 1; model <= 3; model++) {
            for (int day = 0; day < 5_000; day++) {
                LocalDate date = LocalDate.of(2010, 1, 1).plusDays(day);
                partitions.add(new PartitionState(
                        "event_date=" + date + "/model=v" + model, day == 3 ? State.DIFFERS : State.OK, "1,000 rows"));
            }
        }
        List<TableVersion> versions = IntStream.range(0, 500)
                .mapToObj(version -> version(version, version == 7 ? State.UNREADABLE : State.OK))
                .toList();
        List<List<String>> rows =
                IntStream.range(0, 250).mapToObj(i -> List.of("row " + i)).toList();
        String html = of(
                        new Timeline("Versions", versions, "`lineage show` has all."),
                        new PartitionMap("Partitions", partitions, "RESULT has all."),
                        new Table("Rows", List.of(Column.code("key")), rows, 1_000, "Raise --sample."))
                .html();
        Element body = parsed(html);

        assertThat(html.length()).isLessThan(2_000_000);
        assertThat(texts(body, "p"))
                .contains(
                        "and 474 more versions. `lineage show` has all.",
                        "and 95 more rows of the map. RESULT has all.",
                        "and 800 more rows. Raise --sample.");
        assertThat(elements(body, "rect")).hasSize(500);
        assertThat(rows(body))
                .filteredOn(row -> row.contains("\u2260"))
                .hasSize(3)
                .first()
                .asString()
                .startsWith("2010-01 v1 1\u2713 2\u2713 3\u2713 4\u2260 5\u2713");
        assertThat(titles(body)).contains("version 7: unreadable, 1,007 rows, dedup, COMMITTED, 1970-01-01 00:00:07");
    }

    @Test
    void partitionsWithoutADateAreListedTheBadOnesFirst() {
        List<PartitionState> partitions = new ArrayList<>();
        for (int i = 100; i < 500; i++) {
            partitions.add(new PartitionState("shop=" + i, i == 499 ? State.EXTRA : State.OK, ""));
        }
        Element body = body(of(new PartitionMap("Partitions", partitions, "")));

        assertThat(texts(body, "li")).hasSize(300).first().isEqualTo("+ extra shop=499");
        assertThat(texts(body, "p")).contains("and 100 more partitions. ");
    }

    @Test
    void sectionsWithoutContentAreLeftOut() {
        Element body = body(of(
                new Notes("Notes", List.of()),
                Table.of("Rows", List.of(Column.text("a")), List.of()),
                new PartitionMap("Partitions", List.of(), ""),
                new Timeline("Versions", List.of(), "")));

        assertThat(texts(body, "h2")).isEmpty();
    }

    @Test
    void timesAreInUtcToTheSecond() {
        assertThat(Fact.time("at", Instant.parse("2024-11-05T23:59:59.999Z")).value())
                .isEqualTo("2024-11-05 23:59:59 UTC");
    }

    @Test
    void aRowMustHaveTheColumnsOfItsTable() {
        assertThatThrownBy(() -> Table.of("Rows", List.of(Column.text("a")), List.of(List.of("1", "2"))))
                .hasMessage("table \"Rows\" has 1 columns, a row of it 2");
    }

    @Test
    void aSecretIsNowhereInTheFile() throws IOException {
        Path file = folder.resolve("report.html");
        String data = "s3a://me:hunter2@b/p?token=hunter2 of hunter3hunter3";

        everywhere(data)
                .write(
                        new Configuration(),
                        file.toString(),
                        Redactor.of(Map.of("A_PASSWORD", "hunter3hunter3"), List.of()));

        assertThat(everywhere(data).html()).doesNotContain("hunter2").contains("hunter3hunter3");
        assertThat(Files.readString(file))
                .doesNotContain("hunter")
                .contains(
                        "s3a://" + Redactor.REDACTED + "@b/p?token=" + Redactor.REDACTED + " of " + Redactor.REDACTED);
    }

    @Test
    void theFileIsReplaced() throws IOException {
        Path file = folder.resolve("a/report.html");
        of().write(new Configuration(), file.toString(), Redactor.byName());
        Report report = everywhere("\u00e9\ud83d\ude00");
        report.write(new Configuration(), file.toString(), Redactor.byName());

        assertThat(Files.readString(file)).isEqualTo(report.html()).contains("\u00e9\ud83d\ude00");
    }

    @Test
    void aPlaceThatCannotBeWrittenIsNamed() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));

        assertThatThrownBy(() -> of().write(
                                new Configuration(), file.resolve("report.html").toString(), Redactor.byName()))
                .isInstanceOf(Failure.AccessDenied.class)
                .hasMessageStartingWith("the report cannot be written to " + file + "/report.html: ");
    }

    private static Report of(Section... sections) {
        return new Report("Lakeproof verify", "clean", GOOD, List.of(), List.of(sections));
    }

    private static Report everywhere(String data) {
        TableVersion version =
                new TableVersion(1, Optional.of(Instant.EPOCH), data, data, OptionalLong.of(5), data, State.OK, data);
        return new Report(
                data,
                data,
                Verdict.bad(data, data),
                List.of(Fact.text(data, data), Fact.code(data, data)),
                List.of(
                        new Timeline("1 " + data, List.of(version), data),
                        new PartitionMap(
                                "2 " + data,
                                List.of(
                                        new PartitionState("", State.DIFFERS, data),
                                        new PartitionState(data, State.OK, data),
                                        new PartitionState("model=v1/event_date=2024-11-05", State.OK, data)),
                                data),
                        new Table(
                                "3 " + data,
                                List.of(Column.text(data), Column.code(data), Column.number(data), Column.state(data)),
                                List.of(List.of(data, data, data, State.EXTRA.name())),
                                10,
                                data),
                        new Notes("4 " + data, List.of(data))));
    }

    private static TableVersion version(int number, State state) {
        return new TableVersion(
                number,
                Optional.of(Instant.ofEpochSecond(number)),
                "dedup",
                "COMMITTED",
                OptionalLong.of(1_000 + number),
                "0123456789abcdef",
                state,
                "");
    }

    /** Each row of the map: its headings, and the days that it has with their signs. */
    private static List<String> rows(Element body) {
        List<String> rows = new ArrayList<>();
        for (Element row : elements(
                elements(body, "table").stream()
                        .filter(table -> table.getAttribute("class").equals("map"))
                        .findFirst()
                        .orElseThrow(),
                "tr")) {
            List<String> days = texts(row, "td");
            if (days.isEmpty()) {
                continue;
            }
            assertThat(days).hasSize(31);
            StringBuilder text = new StringBuilder(String.join(" ", texts(row, "th")));
            IntStream.range(0, 31)
                    .filter(day -> !days.get(day).isEmpty())
                    .forEach(day -> text.append(' ').append(day + 1).append(days.get(day)));
            rows.add(text.toString());
        }
        return rows;
    }

    private static Element body(Report report) {
        return parsed(report.html());
    }

    /** The body is well-formed XML, so that a parser that forgives nothing finds every element that data could smuggle in. */
    private static Element parsed(String html) {
        String body = html.substring(html.indexOf("<body>"), html.indexOf("</body>") + "</body>".length());
        try {
            return DocumentBuilderFactory.newInstance()
                    .newDocumentBuilder()
                    .parse(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)))
                    .getDocumentElement();
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new AssertionError(body, e);
        }
    }

    private static List<Element> elements(Element root, String name) {
        NodeList nodes = root.getElementsByTagName(name);
        return IntStream.range(0, nodes.getLength())
                .mapToObj(i -> (Element) nodes.item(i))
                .toList();
    }

    private static List<String> texts(Element root, String name) {
        return elements(root, name).stream().map(Element::getTextContent).toList();
    }

    private static List<String> names(Element root) {
        return elements(root, "*").stream().map(Element::getTagName).toList();
    }

    private static List<String> titles(Element root) {
        List<String> titles = new ArrayList<>(texts(root, "title"));
        elements(root, "*").forEach(element -> titles.add(element.getAttribute("title")));
        return titles;
    }
}
