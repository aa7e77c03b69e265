package io.lakeproof.jobs.features;

import io.lakeproof.config.FeatureSpec;
import io.lakeproof.config.FeaturesConfig;
import io.lakeproof.config.Window;
import java.util.ArrayList;
import java.util.List;

/** What features are, what they read and what a late row changes, for people, from the configuration alone. */
public final class FeatureExplanation {
    private final FeaturesConfig config;

    public FeatureExplanation(FeaturesConfig config) {
        this.config = config;
    }

    /** Two lines for each feature; t is the instant of the row that gets the feature. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        for (FeatureSpec spec : config.define()) {
            lines.add(new FeatureText(config, spec).text());
            lines.add("  reads " + reads(spec));
        }
        return lines;
    }

    private static String reads(FeatureSpec spec) {
        if (spec.window() instanceof Window.Rows rows) {
            return "of each entity in the scope its last " + rows.count() + (rows.count() == 1 ? " row" : " rows")
                    + spec.where().map(where -> " that meet " + where).orElse("")
                    + " before the scope, however old";
        }
        return "the rows of the dates from the first of the scope less " + spec.window() + " on";
    }
}
