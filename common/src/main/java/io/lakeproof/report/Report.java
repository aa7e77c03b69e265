package io.lakeproof.report;

import io.lakeproof.error.Failure;
import io.lakeproof.error.Redactor;
import io.lakeproof.run.TextFiles;
import io.lakeproof.run.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.hadoop.conf.Configuration;

/**
 * What a check found, as one HTML file that needs nothing else: no script, no network, light and dark, on a telephone, a
 * screen and paper. Every text may come from data and is escaped.
 *
 * <pre>{@code
 * new Report("Lakeproof verify", "out/sample/clean/events",
 *         Verdict.bad("MISMATCH", "1 of 11 partitions of version 3 is not what was sealed."),
 *         List.of(Fact.text("version", "3"), Fact.code("digest", seal.digest().hex())),
 *         List.of(new PartitionMap("Partitions", partitions, ""), Table.of("What differs", columns, rows)))
 *     .write(context.hadoop(), "out/verify.html", context.redactor());
 * }</pre>
 *
 * @param title what was done, such as {@code Lakeproof verify}
 * @param subject to what, such as the path of a table
 * @param facts in the order in which they are shown
 * @param sections in the order in which they are shown; empty ones are left out
 */
public record Report(String title, String subject, Verdict verdict, List<Fact> facts, List<Section> sections) {
    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z]+)}}");

    public Report {
        facts = List.copyOf(facts);
        sections = List.copyOf(sections);
    }

    /**
     * Writes the file, replacing what was there.
     *
     * @param uri a path or a URI such as {@code s3a://…}
     * @param redactor takes secrets out of every text
     * @throws Failure.AccessDenied if it cannot be written
     */
    public void write(Configuration hadoop, String uri, Redactor redactor) {
        try {
            TextFiles.write(uri, html(redactor), hadoop);
        } catch (IOException | IllegalArgumentException e) {
            throw new Failure.AccessDenied(
                    "the report cannot be written to " + uri + ": " + e.getMessage(),
                    "Name a place that the job may write with --report.",
                    e);
        }
    }

    /** The whole document, with secrets known by their names only. */
    public String html() {
        return html(Redactor.byName());
    }

    private String html(Redactor redactor) {
        return filled(
                resource("report.html"),
                Map.of(
                        "title", Html.escaped(redactor.text(verdict.word() + ": " + title + " of " + subject)),
                        "style", resource("report.css"),
                        "body", body(redactor)));
    }

    private String body(Redactor redactor) {
        Html html = new Html(redactor);
        header(html);
        html.open("main");
        facts(html);
        sections.stream().filter(section -> !section.isEmpty()).forEach(section -> {
            html.open("section", "aria-label", section.title()).element("h2", section.title());
            section.render(html);
            html.close("section");
        });
        return html.close("main")
                .element(
                        "footer",
                        "Made by lakeproof " + Version.NUMBER + ". This file needs no other file and no network.")
                .toString();
    }

    private void header(Html html) {
        html.open("header")
                .open("p", "class", "title")
                .text(title + " ")
                .element("code", subject)
                .close("p")
                .open("h1", "class", "verdict " + verdict.tone().name().toLowerCase(java.util.Locale.ROOT))
                .element("span", verdict.sign(), "class", "sign", "aria-hidden", "true")
                .element("span", verdict.word(), "class", "word")
                .close("h1")
                .element("p", verdict.sentence(), "class", "sentence")
                .close("header");
    }

    private void facts(Html html) {
        if (facts.isEmpty()) {
            return;
        }
        html.open("dl", "class", "facts");
        for (Fact fact : facts) {
            html.open("div").element("dt", fact.name()).open("dd");
            if (fact instanceof Fact.Code) {
                html.element("code", fact.value());
            } else {
                html.text(fact.value());
            }
            html.close("dd").close("div");
        }
        html.close("dl");
    }

    /** In one pass, so that what looks like a place in the data stays as it is. */
    private static String filled(String template, Map<String, String> values) {
        return PLACE.matcher(template)
                .replaceAll(place -> Matcher.quoteReplacement(Objects.requireNonNull(values.get(place.group(1)))));
    }

    private static String resource(String name) {
        try (InputStream in = Report.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is not on the class path: build with Maven");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
