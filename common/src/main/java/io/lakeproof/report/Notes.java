package io.lakeproof.report;

import java.util.List;

/** Sentences, one a line: what was not looked at, what to do next. */
public record Notes(String title, List<String> lines) implements Section {
    public Notes {
        lines = List.copyOf(lines);
    }

    @Override
    public boolean isEmpty() {
        return lines.isEmpty();
    }

    @Override
    public void render(Html html) {
        html.open("ul", "class", "notes");
        lines.forEach(line -> html.element("li", line));
        html.close("ul");
    }
}
