package io.lakeproof.cli;

import io.lakeproof.jobs.features.FeaturesMode;
import io.lakeproof.jobs.features.FeaturesRequest;
import io.lakeproof.jobs.features.FeaturesRequest.Permission;
import io.lakeproof.model.DateScope;
import picocli.CommandLine.Option;

/** What a features run does only if it is told to. */
final class FeaturesOptions {
    @Option(
            names = "--allow-spec-change",
            description = "Rebuild a model version with other definitions than it has. What is stored of it outside the"
                    + " scope is stale until `--mode changed` has rebuilt it.")
    private boolean allowSpecChange;

    @Option(
            names = "--allow-empty",
            description = "Take out the stored rows of the scope even if there is not one row to put in their place.")
    private boolean allowEmpty;

    FeaturesRequest request(DateScope scope, FeaturesMode mode) {
        return new FeaturesRequest(scope, mode, permission(allowSpecChange), permission(allowEmpty));
    }

    private static Permission permission(boolean given) {
        return given ? Permission.ALLOWED : Permission.REFUSED;
    }
}
