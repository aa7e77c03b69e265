package io.lakeproof.report;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The versions of a table: a bar for each, as high as it has rows, and a table of the newest and of those that are not OK.
 *
 * @param versions in any order
 * @param more how to see those that the table leaves out, as a sentence; may be empty
 */
public record Timeline(String title, List<TableVersion> versions, String more) implements Section {
    /** Bars that a screen can show apart. */
    static final int BARS = 1000;

    private static final int NEWEST = 25;
    private static final int BAD = 100;
    private static final int PITCH = 24;
    private static final int HEIGHT = 64;
    private static final int LOWEST = 6;

    public Timeline {
        versions = versions.stream()
                .sorted(Comparator.comparingLong(TableVersion::version).reversed())
                .toList();
    }

    @Override
    public boolean isEmpty() {
        return versions.isEmpty();
    }

    @Override
    public void render(Html html) {
        bars(html);
        Set<TableVersion> listed = Stream.concat(
                        versions.stream().limit(NEWEST),
                        versions.stream()
                                .filter(version -> version.state().isBad())
                                .limit(BAD))
                .collect(Collectors.toSet());
        html.open("div", "class", "scroll", "tabindex", "0", "role", "region", "aria-label", title)
                .open("table", "class", "data")
                .open("thead")
                .open("tr");
        Stream.of("version", "state", "time (UTC)", "job", "outcome", "rows", "digest", "note")
                .forEach(name -> html.element("th", name, "scope", "col", "class", name.equals("rows") ? "n" : "t"));
        html.close("tr").close("thead").open("tbody");
        versions.stream().filter(listed::contains).forEach(version -> row(html, version));
        html.close("tbody").close("table").close("div");
        html.more(versions.size() - listed.size(), "versions", more);
    }

    private static void row(Html html, TableVersion version) {
        html.open("tr")
                .element("th", String.valueOf(version.version()), "scope", "row", "class", "t", "data-name", "version")
                .open("td", "class", "st", "data-name", "state")
                .badge(version.state())
                .close("td")
                .element("td", version.when(), "class", "t when", "data-name", "time (UTC)")
                .element("td", version.job(), "class", "t", "data-name", "job")
                .element("td", version.outcome(), "class", "t", "data-name", "outcome")
                .element(
                        "td",
                        version.rows().isPresent() ? Html.number(version.rows().getAsLong()) : "",
                        "class",
                        "n",
                        "data-name",
                        "rows")
                .open("td", "class", "c", "data-name", "digest")
                .element("code", version.shortDigest(), "title", version.digest())
                .close("td")
                .element("td", version.note(), "class", "t", "data-name", "note")
                .close("tr");
    }

    private void bars(Html html) {
        List<TableVersion> shown = versions.stream()
                .limit(BARS)
                .sorted(Comparator.comparingLong(TableVersion::version))
                .toList();
        long most = Math.max(
                1,
                shown.stream()
                        .mapToLong(version -> version.rows().orElse(0))
                        .max()
                        .orElse(1));
        int width = shown.size() * PITCH;
        html.open("figure")
                .open("svg", "class", "bars", "role", "img")
                .attributes(
                        "aria-label",
                        "rows by version, from the oldest to the newest; the table below says the same",
                        "width",
                        String.valueOf(width),
                        "height",
                        String.valueOf(HEIGHT),
                        "viewBox",
                        "0 0 " + width + " " + HEIGHT,
                        "preserveAspectRatio",
                        "none");
        for (int i = 0; i < shown.size(); i++) {
            bar(html, shown.get(i), i * PITCH, most);
        }
        TableVersion oldest = shown.get(0);
        TableVersion newest = shown.get(shown.size() - 1);
        html.close("svg")
                .element(
                        "figcaption",
                        "Rows by version, " + (shown.size() == 1 ? "" : oldest.version() + " to ") + newest.version()
                                + "; the highest bar has " + Html.number(most) + " rows.")
                .close("figure");
    }

    private static void bar(Html html, TableVersion version, int x, long most) {
        double share = (double) version.rows().orElse(0) / most;
        int height = LOWEST + (int) Math.round(share * (HEIGHT - LOWEST));
        html.open("rect", "class", version.state().style())
                .attributes(
                        "x", String.valueOf(x),
                        "y", String.valueOf(HEIGHT - height),
                        "width", String.valueOf(PITCH - PITCH / 8),
                        "height", String.valueOf(height))
                .element("title", version.described())
                .close("rect");
    }
}
