package io.lakeproof.posture;

import java.util.Locale;

/** How much a finding matters, the worst first. */
public enum Severity {
    /** A table loses data or history, is open to others, or its runs fail. */
    ERROR,
    /** One mistake, one careless program or one fault of a region is enough for that. */
    WARNING,
    /** Good to know: a cost, a choice, a check that could not be made. */
    INFO,
    /** As it should be. */
    OK;

    /** As the outputs call it, {@code error}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
