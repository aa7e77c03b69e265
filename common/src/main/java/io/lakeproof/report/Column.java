package io.lakeproof.report;

/** A column of a {@link Table}. */
public record Column(String name, Kind kind) {
    /** How the cells look. */
    public enum Kind {
        TEXT,
        /** Aligned to the right; the cells are texts all the same. */
        NUMBER,
        /** In type of one width, with every space: values, paths, digests. */
        CODE,
        /** A cell is the name of a {@link State}. */
        STATE
    }

    public static Column text(String name) {
        return new Column(name, Kind.TEXT);
    }

    public static Column number(String name) {
        return new Column(name, Kind.NUMBER);
    }

    public static Column code(String name) {
        return new Column(name, Kind.CODE);
    }

    public static Column state(String name) {
        return new Column(name, Kind.STATE);
    }

    String style() {
        return switch (kind) {
            case TEXT -> "t";
            case NUMBER -> "n";
            case CODE -> "c";
            case STATE -> "st";
        };
    }
}
