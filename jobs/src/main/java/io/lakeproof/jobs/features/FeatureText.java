package io.lakeproof.jobs.features;

import io.lakeproof.config.Aggregate;
import io.lakeproof.config.FeatureSpec;
import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.Ties;
import io.lakeproof.config.Window;
import java.time.ZoneOffset;

/** A feature's definition for people: in words, in interval notation, and what a late row changes. */
final class FeatureText {
    private final FeaturesConfig features;
    private final FeatureSpec spec;

    FeatureText(FeaturesConfig features, FeatureSpec spec) {
        this.features = features;
        this.spec = spec;
    }

    /** One line: what, over which rows, when null, and what a late row changes. */
    String text() {
        return spec.name() + ": " + what() + " " + rows() + where() + "; " + nulls() + "; " + late();
    }

    private String what() {
        String of = spec.isOfRows() ? (spec.aggregate() == Aggregate.COUNT ? "rows" : "row") : spec.expression();
        return spec.aggregate() == Aggregate.LAG
                ? "the value of " + of
                : spec.aggregate().words() + " " + of;
    }

    private String rows() {
        String entity = String.join(", ", features.entity());
        if (spec.aggregate() == Aggregate.LAG) {
            return "in the row " + rowCount() + " before, of the same " + entity + ties();
        }
        return spec.window() instanceof Window.Rows
                ? "over the last " + rowCount() + " of the same " + entity
                        + (spec.includeCurrent() ? ", this row included" : ", before this row") + ties()
                : "over the rows of the same " + entity + " in " + interval() + ties();
    }

    /** {@code [t - 7 days, t)}. */
    String interval() {
        String start = "t - " + length();
        if (spec.includeCurrent()) {
            return "(" + start + ", t]";
        }
        return "[" + start + ", t" + (spec.ties() == Ties.EXCLUDE ? ")" : "]");
    }

    private String length() {
        return spec.window() instanceof Window.Days days
                ? days.count() + (days.count() == 1 ? " day" : " days") + " of " + zone()
                : spec.window().toString();
    }

    private String zone() {
        return features.zone().equals(ZoneOffset.UTC) ? "UTC" : features.zone().getId();
    }

    private String rowCount() {
        int rows = spec.window() instanceof Window.Rows window ? window.count() : 0;
        return rows + (rows == 1 ? " row" : " rows");
    }

    private String ties() {
        return switch (spec.ties()) {
            case EXCLUDE -> ", without other rows of the instant t";
            case INCLUDE -> ", with " + (spec.includeCurrent() ? "all" : "the other") + " rows of the instant t";
            case ORDERED -> ", of the instant t those with a smaller row digest";
        };
    }

    private String where() {
        return spec.where().map(where -> ", of those that meet " + where).orElse("");
    }

    private String nulls() {
        return switch (spec.aggregate()) {
            case LAG -> "null if there is no such row or its value is null";
            case TIME_SINCE_LAST -> "null if there is none";
            default ->
                spec.minRows() == 0
                        ? "never null"
                        : "null with fewer than " + spec.minRows() + (spec.minRows() == 1 ? " value" : " values");
        };
    }

    private String late() {
        if (spec.window() instanceof Window.Rows) {
            return "a late row changes the rows of its entity up to the " + rowCount() + " that follow it"
                    + (spec.where().isPresent() ? " and meet the condition" : "");
        }
        return "a late row at u changes the rows of its entity in " + "[u, u + " + length()
                + (spec.includeCurrent() ? ")" : "]");
    }
}
