package io.lakeproof.report;

/** A part of a report under a heading of its own. Everything in it may come from data: the renderer escapes it. */
public sealed interface Section permits Notes, PartitionMap, Table, Timeline {
    /** The heading; unlike that of any other section of the report. */
    String title();

    /** True if there is nothing to show; the section is then left out, heading and all. */
    boolean isEmpty();

    /** Renders what stands under the heading. */
    void render(Html html);
}
