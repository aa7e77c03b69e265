package io.lakeproof.config;

/**
 * A condition that every row must meet. A row for which it is false or null is quarantined with {@link #reason}.
 *
 * @param expression an SQL expression over the table's columns
 */
public record QualityRule(String name, String expression) {
    /** The reason under which the quarantine and the counts list the rows that break this rule. */
    public String reason() {
        return "rule:" + name;
    }
}
