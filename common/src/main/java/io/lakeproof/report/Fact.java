package io.lakeproof.report;

import java.time.Instant;

/** One of the facts at the top: a name and what it is. */
public sealed interface Fact {
    String name();

    String value();

    static Fact text(String name, String value) {
        return new Text(name, value);
    }

    /** An instant, to the second in UTC. */
    static Fact time(String name, Instant time) {
        return new Text(name, Html.instant(time) + " UTC");
    }

    /** A value that is compared by its characters: a path, a digest, an id. */
    static Fact code(String name, String value) {
        return new Code(name, value);
    }

    /** Words. */
    record Text(String name, String value) implements Fact {}

    /** Characters. */
    record Code(String name, String value) implements Fact {}
}
